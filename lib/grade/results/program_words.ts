/**
 * Words for an address and for a server or client in the languages of students, for names, usage
 * messages and prompts.
 *
 * @module
 */
import type { Role } from "./results.ts";

/** Words for a port. */
export const PORT_WORDS = /\bports?\b|puerto|\bporta\b|порт|端口|ポート|포트|θύρα|cổng|منفذ/i;
/** Words for an address. */
export const HOST_WORDS =
  /\bhost|\bip\b|\bip[-_ ]?addr|address|server name|hostname|direcci|endere|adres|indirizzo|адрес|хост|地址|主机|アドレス|ホスト|주소|호스트|διεύθυνση|địa chỉ|عنوان/i;

/** The role that a name, a part of a path or an argument gives. */
export function roleNamed(name: string): Role | undefined {
  const isServer =
    /serv(?:er|eur|idor)?(?![a-z]{0,9}ic)|sz?er[wv][ae]r|tjener|srv|m[aá]y[-_ ]?ch[uủ]|pelayan|peladen|sunucu|palvelin|kiszolgal|listen|daemon|^-{0,2}(?:s[12]?|serve)$/i
      .test(name);
  const isClient =
    /[ck]lie?n|m[aá]y[-_ ]?kh[aá]ch|clnt|cli(?![a-z])|istemci|asiakas|kliens|connect|^-{0,2}(?:c[12]?|ask|send|call|query|request)$/i
      .test(name);
  return isServer === isClient ? undefined : isServer ? "server" : "client";
}
