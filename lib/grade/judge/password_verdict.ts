/**
 * The verdict on a pair whose client asks for a password.
 *
 * @module
 */
import type { Pair } from "../ask/pair.ts";
import { type DraftVerdict, undecided } from "./draft_verdict.ts";
import { evidenceOf, judgeExchange } from "./exchange_judgement.ts";

const PASSWORD =
  /(?:passw|passphrase|contraseñ|senha|mot de passe|parola|пароль|密码|パスワード)[^\n]{0,40}[:?>]/i;

/** The verdict where a client asks for a password that is not known; undefined if it asks for none. */
export function passwordVerdict(
  { number, conversion, exchanges, greeting }: Pair,
): DraftVerdict | undefined {
  const asks = exchanges.find(({ shown }) => PASSWORD.test(greeting) || PASSWORD.test(shown));
  const isRight = exchanges.some((e) =>
    ["right", "part"].includes(judgeExchange(conversion, e).verdict)
  );
  if (!asks || isRight) return undefined;
  const name = `client${number}`;
  const line = JSON.stringify({ [name]: { type: ["USER", "PASSWORD", "{text}"] } });
  const why = `${name} asks for a password; lab.json can say what is typed: ${line}`;
  return undecided("a password is not known", why, [evidenceOf(conversion, asks)], line);
}
