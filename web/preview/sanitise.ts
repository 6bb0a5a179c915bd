/**
 * Makes HTML harmless that came out of somebody's text: what is not known to be good goes.
 * No SVG and no MathML, whose parsing is another; no styles, nothing that loads but images,
 * no class and no name that the page itself uses.
 */
import createPurifier from "dompurify";

const TAGS =
  "a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img input ins kbd li mark ol p pre q rp rt ruby s samp section small span strike strong sub summary sup table tbody td tfoot th thead tr tt u ul var wbr".split(
    " ",
  );

const ATTRIBUTES =
  "align alt checked class colspan data-line data-task datetime dir height href id lang open reversed rowspan scope src start title type width".split(
    " ",
  );

/** Those that reading gives, and `language-…` for code. */
const CLASS =
  /^(?:language-[\w#+.-]+|task-list-(?:container|item|item-checkbox)|markdown-alert(?:-\w+)?|footnote-(?:ref|anchor|item|backref)|footnotes(?:-sep|-list)?|formula(?:-block)?|list-part)$/;

/** A protocol that is known, or none. */
const ADDRESS = /^(?:(?:https?|mailto):|[^a-z]|[a-z+.-]+(?:[^a-z+.\-:]|$))/i;

/** Of the ids and of the links to them, so that none is an id of the page's own. */
export const ID_PREFIX = "user-content-";

const IMAGE = /^(?:https?:\/\/|data:image\/)/i;

const FOREIGN = /^https?:\/\//i;

/** Where attachments are; they need a token, so that a function has to fetch them. */
const ATTACHMENT = "/api/documents/";

const purifier = createPurifier(window);

purifier.addHook("uponSanitizeElement", (node) => {
  if (node instanceof HTMLInputElement && node.type !== "checkbox") node.remove();
});

purifier.addHook("afterSanitizeAttributes", (node) => {
  keepKnownClasses(node);
  if (node instanceof HTMLImageElement) restrictImage(node);
  if (node instanceof HTMLAnchorElement) restrictLink(node);
  if (!(node instanceof HTMLInputElement)) node.removeAttribute("data-task");
  // Until it is known to be a task's, and who may edit.
  else node.disabled = true;
});

export function sanitise(html: string): DocumentFragment {
  return purifier.sanitize(html, {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ATTRIBUTES,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    ALLOWED_URI_REGEXP: ADDRESS,
    SANITIZE_NAMED_PROPS: true,
    RETURN_DOM_FRAGMENT: true,
  });
}

function keepKnownClasses(node: Element): void {
  const known = Array.from(node.classList).filter((name) => CLASS.test(name));
  if (known.length === 0) node.removeAttribute("class");
  else node.className = known.join(" ");
}

/** Those of other sites wait until somebody asks for them. */
function restrictImage(image: HTMLImageElement): void {
  const source = image.getAttribute("src")?.trim() ?? "";
  if (source.startsWith(ATTACHMENT)) image.setAttribute("data-attachment", source);
  if (isForeign(source)) image.setAttribute("data-foreign", source);
  if (isForeign(source) || !IMAGE.test(source)) image.removeAttribute("src");
}

function isForeign(source: string): boolean {
  return FOREIGN.test(source) && !source.startsWith(`${location.origin}/`);
}

/** Another page opens beside this one, where somebody may be writing. */
function restrictLink(link: HTMLAnchorElement): void {
  const address = link.getAttribute("href");
  if (address === null) return;
  link.rel = "noopener noreferrer";
  if (address.startsWith("#")) link.setAttribute("href", `#${ID_PREFIX}${address.slice(1)}`);
  else link.target = "_blank";
}
