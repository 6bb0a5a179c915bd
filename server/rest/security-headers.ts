/** The headers every answer carries, and the content policy that the page lives under. */
import type { RequestHandler } from "express";
import helmet from "helmet";

/** What a page of text needs of a device: only its clipboard. */
const NOTHING_PERMITTED = [
  "accelerometer",
  "camera",
  "display-capture",
  "geolocation",
  "gyroscope",
  "magnetometer",
  "microphone",
  "midi",
  "payment",
  "usb",
]
  .map((feature) => `${feature}=()`)
  .join(", ");

const SELF = "'self'";
const NONE = "'none'";

/**
 * Nothing here may force https unless the address handed out is https: on a plain
 * http address in a local network the page would stay blank.
 */
export function securityHeaders(publicUrl: string | undefined): RequestHandler {
  const isHttps = publicUrl?.startsWith("https:") ?? false;
  const [plain, secure] = [headers(false), headers(true)];
  return (request, response, next) => {
    response.set("Permissions-Policy", NOTHING_PERMITTED);
    // Behind a trusted proxy `secure` is what that says of itself.
    const isSecure = isHttps || request.secure;
    (isSecure ? secure : plain)(request, response, next);
  };
}

function headers(isSecure: boolean): ReturnType<typeof helmet> {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: [SELF],
        scriptSrc: [SELF],
        // CodeMirror makes its style sheets at run time.
        styleSrc: [SELF, "'unsafe-inline'"],
        // The preview shows the images that a text names, wherever they are.
        imgSrc: [SELF, "data:", "blob:", "http:", "https:"],
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
