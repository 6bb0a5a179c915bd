/** The headers every answer carries, and the content policy that the page lives under. */
import type { RequestHandler } from "express";
import helmet from "helmet";

const SELF = "'self'";
const NONE = "'none'";

/**
 * Nothing here may force https unless the address handed out is https: on a plain
 * http address in a local network the page would stay blank.
 */
export function securityHeaders(publicUrl: string | undefined): RequestHandler {
  const isSecure = publicUrl?.startsWith("https:") ?? false;
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: [SELF],
        scriptSrc: [SELF],
        // CodeMirror makes its style sheets at run time.
        styleSrc: [SELF, "'unsafe-inline'"],
        imgSrc: [SELF, "data:", "blob:"],
        objectSrc: [NONE],
        baseUri: [NONE],
        formAction: [NONE],
        frameAncestors: [NONE],
        ...(isSecure && { upgradeInsecureRequests: [] }),
      },
    },
    strictTransportSecurity: isSecure,
    // Browsers ignore these two on plain http, and complain on the console.
    crossOriginOpenerPolicy: isSecure,
    originAgentCluster: isSecure,
    referrerPolicy: { policy: "no-referrer" },
    xFrameOptions: { action: "deny" },
  });
}
