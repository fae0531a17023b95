import { render } from "preact";
import { LanguageProvider } from "../look/language.tsx";
import { pageName } from "../look/page-name.ts";
import { Account } from "./account.ts";
import { KickPage } from "./kick-page.tsx";
import "../look/tokens.css";
import "../look/base.css";

const app = document.getElementById("app");
if (app === null) throw new Error("The page has no #app.");
// An account of the page's own. The server allows users of this name one session at a time.
const account = new Account(location.origin, `demo.kick.${pageName()}`);
render(
  <LanguageProvider>
    <KickPage account={account} />
  </LanguageProvider>,
  app,
);
