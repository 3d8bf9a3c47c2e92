// Who is signed in. The token lives as long as the tab, and nowhere but in it.

import { announce, byID } from "./element.js";

const place = "sluice.session";

class Session extends EventTarget {
  #held = null;
  #hasAsked = false;

  constructor() {
    super();
    try {
      this.#held = JSON.parse(sessionStorage.getItem(place));
    } catch {
      this.#held = null;
    }
  }

  get token() { return this.#held?.token ?? null; }
  get name() { return this.#held?.name ?? null; }
  get role() { return this.#held?.role ?? null; }

  begin({ token, name, role }) {
    this.#held = { token, name, role };
    sessionStorage.setItem(place, JSON.stringify(this.#held));
    this.dispatchEvent(new Event("change"));
  }

  end() {
    this.#held = null;
    sessionStorage.removeItem(place);
    this.dispatchEvent(new Event("change"));
  }

  /**
   * A call was answered 401: the token has run out, or there is none. Whoever was signed in is asked
   * anew; others once, so that a page which asks the API again and again does not ask them, too.
   */
  refused() {
    const wasSignedIn = this.token !== null;
    if (wasSignedIn) this.end();
    if (wasSignedIn || !this.#hasAsked) {
      this.#hasAsked = true;
      this.ask(wasSignedIn ? "The session is over." : "This needs a user of the API.");
    }
  }

  /** Asks for a name and password, as an answer of 401 does. */
  ask(why = "") { this.dispatchEvent(new CustomEvent("ask", { detail: why })); }
}

export const session = new Session();

/** Makes the form and the buttons of the page work. */
export function startSession(call, problemNotice) {
  const [dialog, form, trouble] = ["login", "login-form", "login-problem"].map(byID);
  const show = () => {
    byID("who").hidden = byID("sign-out").hidden = !session.token;
    byID("sign-in").hidden = Boolean(session.token);
    byID("who").textContent = session.token ? `${session.name} (${session.role})` : "";
  };
  session.addEventListener("change", show);
  session.addEventListener("ask", ({ detail }) => {
    byID("login-why").textContent = detail;
    trouble.replaceChildren();
    if (!dialog.open) dialog.showModal();
  });
  byID("sign-in").addEventListener("click", () => session.ask());
  byID("login-cancel").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => form.reset());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("[type=submit]");
    button.disabled = true;
    trouble.replaceChildren();
    try {
      const { name, password } = Object.fromEntries(new FormData(form));
      const answer = await call("login", { method: "POST", json: { name, password } });
      session.begin(await answer.json());
      dialog.close();
      announce(`Signed in as ${session.name}`);
    } catch (problem) {
      trouble.replaceChildren(problemNotice(problem));
      byID("login-password").select();
    } finally {
      button.disabled = false;
    }
  });
  byID("sign-out").addEventListener("click", async () => {
    try {
      await call("logout", { method: "POST" });
    } catch {
      // The token is forgotten here in any case; what the server keeps of it runs out.
    }
    session.end();
    announce("Signed out");
  });
  show();
}
