/**
 * Words for an address in the languages of students, for usage messages and prompts.
 *
 * @module
 */

/** Words for a port. */
export const PORT_WORDS = /\bports?\b|puerto|\bporta\b|порт|端口|ポート|포트|θύρα|cổng|منفذ/i;
/** Words for an address. */
export const HOST_WORDS =
  /\bhost|\bip\b|\bip[-_ ]?addr|address|server name|hostname|direcci|endere|adres|indirizzo|адрес|хост|地址|主机|アドレス|ホスト|주소|호스트|διεύθυνση|địa chỉ|عنوان/i;
