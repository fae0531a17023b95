import { render } from "preact";
import { LanguageProvider } from "../look/language.tsx";
import { TickerPage } from "./ticker-page.tsx";
import { Ticker } from "./ticker.ts";
import "../look/tokens.css";
import "../look/base.css";

const app = document.getElementById("app");
if (app === null) throw new Error("The page has no #app.");
const ticker = new Ticker(location.origin);
render(
  <LanguageProvider>
    <TickerPage ticker={ticker} />
  </LanguageProvider>,
  app,
);
