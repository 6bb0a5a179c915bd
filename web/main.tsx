/** Starts the page: the theme first, then the screen that the address names. */
import { signal } from "@preact/signals";
import { render } from "preact";
import { parseAddress } from "./address.ts";
import { DocumentPage } from "./document-page.tsx";
import { Home } from "./home.tsx";
import { Message } from "./message.tsx";
import { NewDocument } from "./new-document.tsx";
import { keepShell } from "./offline-shell.ts";
import "./styles/tokens.css";
import "./styles/controls.css";
import "./styles/home.css";
import "./styles/document.css";
import "./styles/header.css";
import "./styles/carets.css";
import "./styles/people.css";
import "./styles/drafts.css";
import "./styles/preview.css";
import { applyTheme } from "./theme.ts";
import { Toast } from "./toast.tsx";
import { applyLanguage, words } from "./words/words.ts";

/** How long the page waits for words in the language of its reader; milliseconds. */
const WORDS_MS = 500;

const address = signal(parseAddress(location));
const follow = () => (address.value = parseAddress(location));

function App() {
  return (
    <>
      <Screen />
      <Toast />
    </>
  );
}

function Screen() {
  const shown = address.value;
  switch (shown.screen) {
    case "home":
      return <Home />;
    case "new":
      return <NewDocument onCreated={follow} />;
    case "document":
      return <DocumentPage key={shown.id + shown.token} id={shown.id} token={shown.token} />;
    case "unknown":
      return <Message {...words.value.page.noSuch} />;
    default:
      return shown satisfies never;
  }
}

applyTheme();
keepShell();
addEventListener("hashchange", follow);
addEventListener("popstate", follow);
const root = document.getElementById("app");
// In its language from the first moment, where the words are as near as the page itself; where
// they are not it begins in English, and they change when they come.
const patience = new Promise((resolve) => setTimeout(resolve, WORDS_MS));
void Promise.race([applyLanguage(), patience]).then(() => root && render(<App />, root));
