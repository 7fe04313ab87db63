/**
 * A headless Chromium, spoken to over its debugging protocol:
 * https://chromedevtools.github.io/devtools-protocol/
 *
 * @module
 */
import { LIMIT_MS, within } from "../../harness.ts";

const ARGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--remote-debugging-port=0",
];

/** A page in a browser of its own. */
export class Page implements AsyncDisposable {
  /** What came to the console, and what failed: nothing should. */
  readonly complaints: string[] = [];
  #process: Deno.ChildProcess;
  #profile: string;
  #socket: WebSocket;
  #answers = new Map<number, PromiseWithResolvers<Record<string, unknown>>>();
  #loaded = Promise.withResolvers<void>();
  #calls = 0;

  private constructor(process: Deno.ChildProcess, profile: string, socket: WebSocket) {
    this.#process = process;
    this.#profile = profile;
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#hear(JSON.parse(data));
  }

  /** Starts a browser with an empty page. */
  static async open(browser: string): Promise<Page> {
    const profile = await Deno.makeTempDir({ prefix: "browser-" });
    const process = new Deno.Command(browser, {
      args: [...ARGS, `--user-data-dir=${profile}`, "about:blank"],
      env: { TMPDIR: profile }, // what it leaves there is removed with the profile
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    try {
      const port = await within("the browser's port", portOf(profile));
      const socket = new WebSocket(await within("the browser's page", pageAt(port)));
      const opened = Promise.withResolvers<void>();
      socket.onopen = () => opened.resolve();
      socket.onerror = () => opened.reject(new Error("Cannot speak to the browser"));
      await within("the browser", opened.promise);
      const page = new Page(process, profile, socket);
      for (const domain of ["Page", "Runtime", "Log"]) await page.call(`${domain}.enable`);
      return page;
    } catch (error) {
      process.kill("SIGKILL");
      await process.status;
      throw error;
    }
  }

  /** Calls a method of the protocol. */
  async call(method: string, params: object = {}): Promise<Record<string, unknown>> {
    const id = ++this.#calls;
    const answer = Promise.withResolvers<Record<string, unknown>>();
    this.#answers.set(id, answer);
    this.#socket.send(JSON.stringify({ id, method, params }));
    return await within(method, answer.promise);
  }

  /** Opens a page and waits until all of it is there. */
  async visit(url: string): Promise<void> {
    this.#loaded = Promise.withResolvers();
    await this.call("Page.navigate", { url });
    await within("the page", this.#loaded.promise);
  }

  /** The value of an expression in the page. */
  async value<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.call("Runtime.evaluate", {
      expression,
      returnByValue: true,
      awaitPromise: true,
    });
    if (exceptionDetails) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { value: T }).value;
  }

  /** Closes the browser. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = Promise.withResolvers<void>();
    this.#socket.onclose = () => closed.resolve();
    this.#socket.close();
    this.#process.kill("SIGKILL");
    await this.#process.status;
    await closed.promise;
    await removeSoon(this.#profile);
  }

  #hear(message: Record<string, unknown>): void {
    const { id, method, params, result, error } = message;
    if (typeof id === "number") {
      if (error) this.#answers.get(id)?.reject(new Error(JSON.stringify(error)));
      else this.#answers.get(id)?.resolve(result as Record<string, unknown>);
    } else if (method === "Page.loadEventFired") {
      this.#loaded.resolve();
    } else if (/consoleAPICalled|exceptionThrown|entryAdded/.test(String(method))) {
      this.complaints.push(JSON.stringify(params));
    }
  }
}

/** The port that the browser has chosen; it writes it into its profile. */
async function portOf(profile: string): Promise<number> {
  for (const end = Date.now() + LIMIT_MS; Date.now() < end;) {
    try {
      const port = Number(
        (await Deno.readTextFile(`${profile}/DevToolsActivePort`)).split("\n")[0],
      );
      if (port > 0) return port;
    } catch {
      // Not yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("Cannot find the browser's port");
}

/** The debugger's address of the browser's page; the browser opens it after its port. */
async function pageAt(port: number): Promise<string> {
  for (;;) {
    const list = await (await fetch(`http://127.0.0.1:${port}/json/list`)).json();
    const page = list.find(({ type }: { type: string }) => type === "page");
    if (page?.webSocketDebuggerUrl) return page.webSocketDebuggerUrl;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The browser's helpers may still write while they end. */
async function removeSoon(folder: string): Promise<void> {
  for (let tries = 0; tries < 50; tries++) {
    try {
      return await Deno.remove(folder, { recursive: true });
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
