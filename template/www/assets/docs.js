// The API's documentation: Swagger UI over this API's own document.

import { session } from "./session.js";

const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

const ui = globalThis.SwaggerUIBundle({
  url: new URL("openapi.json", document.baseURI).href,
  dom_id: "#docs",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  // The document is not sent to anybody for validation.
  validatorUrl: null,
  onComplete() {
    // Who signed in at the dashboard tries routes as the same user.
    if (session.token) ui.preauthorizeApiKey("token", session.token);
  },
});
