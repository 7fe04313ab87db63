/**
 * The time limits of asking a submission's programs. Unless a limit says "wall time", it counts
 * the time in which the programs were idle (`sandbox/idle_clock.ts`): load changes no verdict.
 *
 * @module
 */

/** Wall time: after this, no further launch of a pair's server and client is tried. */
export const SEARCH_LIMIT_MS = 40_000;
/** A server listens within this time. */
export const LISTEN_LIMIT_MS = 6_000;
/** A server without arguments that stays silent this long is tried with arguments too. */
export const SILENT_SERVER_MS = 1_500;
/** A launch that listens waits this long for one with fewer arguments. */
export const FEWER_ARGUMENTS_MS = 300;
/** A server whose screen is unchanged for this long waits for a line. */
export const SERVER_PROMPT_QUIET_MS = 250;

/** A client connects or prompts within this time, which includes the start of a JVM. */
export const READY_LIMIT_MS = 8_000;
/** A client that has shown nothing for this long may wait for a line. */
export const SILENT_CLIENT_MS = 700;
/** A client that connects only after its first line does so within this time. */
export const CONNECT_LIMIT_MS = 1_500;

/** One exchange, from the typed line to the answer on the screen. */
export const EXCHANGE_LIMIT_MS = 5_000;
/** Connection and screen are quiet for this long before the next line is typed. */
export const QUIET_MS = 150;
/** After an answer and a prompt on the screen, quiet for this long is enough; a delayed acknowledgement takes 40 ms. */
export const AT_PROMPT_MS = 60;
/** A long reply in several pieces is whole when nothing has passed for this long. */
export const WHOLE_REPLY_MS = 400;
/** A reply that the client has not shown within this time stays hidden. */
export const NOT_SHOWN_MS = 1_000;
/** A request without a reply within this time has no reply. */
export const NO_ANSWER_MS = 1_800;
/** A slow server answers its first text within this further time. */
export const SLOW_REPLY_MS = 4_500;
/** A request after which the client prompts again has no reply after this shorter time. */
export const ASKS_AGAIN_MS = 700;
/** A line after which the client sends nothing and shows something was a reply to a prompt. */
export const PROMPT_MS = 300;
/** A client ends within this time after `quit` and Ctrl+D, with all its answers shown. */
export const END_LIMIT_MS = 1_000;

/** A server closes its end within this time after its client has left. */
export const FREE_MS = 400;
/** A repeated request waits this long for a greeting, and between two messages. */
export const STEP_MS = 120;
/** A repeated request is answered within this time. */
export const REPLAY_LIMIT_MS = 1_500;
/** Wall time for sending: a server may read nothing, and single bytes take long under load. */
export const SEND_LIMIT_MS = 10_000;

/** The second of two clients that has no answer within this time has to wait. */
export const SECOND_LIMIT_MS = 1_200;
/** A waiting client is answered within this time after the first client has left. */
export const WAITED_LIMIT_MS = 1_500;
/** A client ends within this time after Ctrl+D. */
export const CTRL_D_LIMIT_MS = 2_500;
/** A client without a server gives up within this time, or within this time after each retry. */
export const NO_SERVER_LIMIT_MS = 5_000;
/** A server that ends because its client did ends within this time. */
export const FOLLOW_MS = 300;

/** Wall time for the lab's own program to give about a thousand short answers. */
export const ANSWER_PROGRAM_LIMIT_MS = 20_000;
