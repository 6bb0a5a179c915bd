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
// In its language from the first moment: the words are as near as the page itself.
void applyLanguage().then(() => root && render(<App />, root));
