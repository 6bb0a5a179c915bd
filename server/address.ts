/** Whom a request counts for: the address it comes from, as far as proxies are trusted. */
import type { IncomingMessage } from "node:http";
import ipaddr from "ipaddr.js";
import proxyAddr from "proxy-addr";

/** Of an IPv6 address only the network counts: one household has as many addresses as it likes. */
const NETWORK_BITS = 64;

/** @param trusted How many proxies stand in front; what they add to `X-Forwarded-For` is believed. */
export function addressOf(request: IncomingMessage, trusted: number): string {
  const text = proxyAddr(request, (_address, hop) => hop < trusted);
  if (!text || !ipaddr.isValid(text)) return "unknown";
  const address = ipaddr.process(text);
  if (address.kind() === "ipv4") return address.toString();
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/${NETWORK_BITS}`).toString()}/64`;
}
