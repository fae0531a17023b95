import { render } from "preact";
import { LanguageProvider } from "../look/language.tsx";
import { Feed } from "./feed.ts";
import { LandingPage } from "./landing-page.tsx";
import "../look/tokens.css";
import "../look/base.css";

const app = document.getElementById("app");
if (app === null) throw new Error("The page has no #app.");
const feed = new Feed(location.origin);
render(
  <LanguageProvider>
    <LandingPage feed={feed} />
  </LanguageProvider>,
  app,
);
