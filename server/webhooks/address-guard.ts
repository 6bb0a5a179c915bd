/**
 * Which addresses webhooks may connect to: those of the public internet, and what the setting
 * lets through. Asked with the very address that is connected to, so that a name that leads
 * elsewhere a moment later gains nothing. Knows no HTTP.
 */
import dns from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";

type Network = ReturnType<typeof ipaddr.parseCIDR>;

/** All that is handed out to hosts at present, RFC 4291, section 2.4, as IANA keeps it. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR("2000::/3");

/** Public by its number, but the metadata service of one cloud, whoever asks. */
const METADATA: ReadonlySet<string> = new Set(["168.63.129.16"]);

/** As `dns.lookup` does. */
export type Resolve = (
  hostname: string,
  options: dns.LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: dns.LookupAddress[]) => void,
) => void;

/** What a connection fails with. The address stays untold: it may be of a network within. */
export class RefusedAddress extends Error {
  override readonly name = "RefusedAddress";

  constructor() {
    super("the address is not let through");
  }
}

export class AddressGuard {
  readonly #allowed: readonly Network[];
  readonly #resolve: Resolve;

  /** @param allowed Networks in CIDR notation that are let through. */
  constructor(allowed: readonly string[], resolve: Resolve = dns.lookup) {
    this.#allowed = allowed.map((network) => ipaddr.parseCIDR(network));
    this.#resolve = resolve;
  }

  /** @param address IPv4 or IPv6, without brackets. */
  permits(address: string): boolean {
    const plain = ipaddr.process(address);
    if (this.#allowed.some((network) => isWithin(plain, network))) return true;
    // As it was given: an IPv4 address in the clothes of IPv6 is none of the public internet.
    const given = ipaddr.parse(address);
    if (given.range() !== "unicast" || METADATA.has(given.toString())) return false;
    return given.kind() === "ipv4" || isWithin(given, GLOBAL_IPV6);
  }

  /** A host that is an address is not looked up by anybody. @throws RefusedAddress */
  demand(host: string): void {
    if (isIP(host) !== 0 && !this.permits(host)) throw new RefusedAddress();
  }

  /** For connections: one address that is refused refuses the name. */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    this.#resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || !first) return callback(error ?? new RefusedAddress(), []);
      if (!addresses.every(({ address }) => this.permits(address))) {
        return callback(new RefusedAddress(), []);
      }
      if (options.all) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}

/** The host of an address, an IPv6 one without its brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, "$1");
}

function isWithin(address: ipaddr.IPv4 | ipaddr.IPv6, [network, bits]: Network): boolean {
  return address.kind() === network.kind() && address.match([network, bits] as never);
}
