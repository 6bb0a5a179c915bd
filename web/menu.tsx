/**
 * A button that opens a list of things to do. Behaves as menus do everywhere: arrows, first
 * letters, Home, End and Escape; a click beside it closes it. Knows nothing of what they do.
 */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";

export interface MenuItem {
  readonly name: string;
  /** In grey beside it: a shortcut, a size. */
  readonly detail?: string;
  /** For one of several: whether it is the one. */
  readonly isChosen?: boolean;
  /** Of the name, when it is in another language than the page. */
  readonly lang?: string;
  /** Stands for something that cannot be taken back at once. */
  readonly isGrave?: boolean;
  readonly onSelect: () => void;
}

/** Items that belong together, with a line before the next group. */
export interface MenuGroup {
  /** Above the items. */
  readonly heading?: string;
  /** Short items stand beside each other, and take one line or two. Default false. */
  readonly isRow?: boolean;
  readonly items: readonly MenuItem[];
}

interface MenuButtonProps {
  /** Accessible name of the button and of the menu. */
  readonly name: string;
  readonly class?: string;
  /** What the button shows. */
  readonly children: ComponentChildren;
  /** Asked when it is opened. */
  readonly groups: () => readonly MenuGroup[];
}

/** Between the button and the menu, and the least to the window's edge, in pixels. */
const GAP = 4;

export function MenuButton({ name, groups, children, ...props }: MenuButtonProps) {
  const id = useId();
  const isOpen = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <button
        class={props.class ?? "button"}
        type="button"
        ref={button}
        aria-label={name}
        title={name}
        aria-haspopup="menu"
        aria-expanded={isOpen.value}
        aria-controls={id}
        onClick={() => (isOpen.value = !isOpen.peek())}
      >
        {children}
      </button>
      {isOpen.value && button.current && (
        <Menu
          id={id}
          name={name}
          groups={groups()}
          opener={button.current}
          onClose={() => (isOpen.value = false)}
        />
      )}
    </>
  );
}

interface MenuProps {
  readonly id: string;
  readonly name: string;
  readonly groups: readonly MenuGroup[];
  readonly opener: HTMLElement;
  readonly onClose: () => void;
}

function Menu({ id, name, groups, opener, onClose }: MenuProps) {
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const menu = element.current;
    if (!menu) return undefined;
    menu.showPopover();
    place(menu, opener);
    itemsOf(menu)[0]?.focus();
    return closeBeside(menu, opener, onClose);
  }, []);
  const leave = (then?: () => void) => {
    onClose();
    opener.focus();
    then?.();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      return leave();
    }
    const next = nextItem(itemsOf(event.currentTarget as HTMLElement), event.key);
    if (!next) return undefined;
    event.preventDefault();
    return next.focus();
  };
  return (
    <div
      id={id}
      class="menu"
      role="menu"
      aria-label={name}
      popover="manual"
      ref={element}
      onKeyDown={onKeyDown}
    >
      {groups.map(({ heading, isRow, items }) => (
        <div role="group" aria-label={heading} data-row={isRow} key={heading ?? items[0]?.name}>
          {heading && <p aria-hidden="true">{heading}</p>}
          {items.map((item) => (
            <Item key={item.name} item={item} onSelect={() => leave(item.onSelect)} />
          ))}
        </div>
      ))}
    </div>
  );
}

function Item({ item, onSelect }: { item: MenuItem; onSelect: () => void }) {
  const { name, lang, detail, isChosen, isGrave } = item;
  return (
    <button
      type="button"
      role={isChosen === undefined ? "menuitem" : "menuitemradio"}
      aria-checked={isChosen}
      data-grave={isGrave}
      tabIndex={-1}
      onClick={onSelect}
    >
      <span lang={lang}>{name}</span>
      {detail && <small>{detail}</small>}
    </button>
  );
}

function itemsOf(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>('[role^="menuitem"]')];
}

/** Where a key leads to; undefined for a key that means nothing here. */
function nextItem(items: readonly HTMLElement[], key: string): HTMLElement | undefined {
  const now = items.indexOf(document.activeElement as HTMLElement);
  if (key === "ArrowDown" || key === "ArrowRight") return items[(now + 1) % items.length];
  if (key === "ArrowUp" || key === "ArrowLeft") return items.at(now - 1);
  if (key === "Home") return items[0];
  if (key === "End") return items.at(-1);
  if (key.length !== 1 || key === " ") return undefined;
  const rest = [...items.slice(now + 1), ...items.slice(0, now + 1)];
  const letter = key.toLocaleLowerCase();
  return rest.find(({ textContent }) => textContent.trim().toLocaleLowerCase().startsWith(letter));
}

/** Under its button, its right edge at the button's, inside the window. */
function place(menu: HTMLElement, opener: HTMLElement): void {
  const { bottom, right } = opener.getBoundingClientRect();
  const { width } = menu.getBoundingClientRect();
  menu.style.top = `${bottom + GAP}px`;
  menu.style.left = `${Math.max(GAP, Math.min(right, innerWidth - GAP) - width)}px`;
  menu.style.maxHeight = `${innerHeight - bottom - 2 * GAP}px`;
}

/** Answers what ends it. */
function closeBeside(menu: HTMLElement, opener: HTMLElement, onClose: () => void): () => void {
  const ending = new AbortController();
  const { signal } = ending;
  const onPress = ({ target }: Event) => {
    const isInside = target instanceof Node && (menu.contains(target) || opener.contains(target));
    if (!isInside) onClose();
  };
  addEventListener("pointerdown", onPress, { signal, capture: true });
  addEventListener("resize", onClose, { signal });
  return () => ending.abort();
}
