/**
 * Shows the description that is served beside this page, light or dark as the device is,
 * and makes its calls to wherever the page came from: a proxy may have put both under a path.
 */
const address = new URL("openapi.json", document.baseURI);
const spec = await (await fetch(address)).json();
spec.servers = [{ url: new URL("..", address).href.replace(/\/$/, "") }];

const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

globalThis.SwaggerUIBundle({
  spec,
  dom_id: "#docs",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  // Else it would ask another host whether the description is valid.
  validatorUrl: null,
});
