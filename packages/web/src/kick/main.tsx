import { render } from "preact";
import { LanguageProvider } from "../look/language.tsx";
import { Account } from "./account.ts";
import { KickPage } from "./kick-page.tsx";
import "../look/tokens.css";
import "../look/base.css";

const app = document.getElementById("app");
if (app === null) throw new Error("The page has no #app.");
const [random = 0] = crypto.getRandomValues(new Uint32Array(1));
// An account of the page's own. The server allows users of this name one session at a time.
const account = new Account(location.origin, `demo.kick.${random.toString(36)}`);
render(
  <LanguageProvider>
    <KickPage account={account} />
  </LanguageProvider>,
  app,
);
