import { readFileSync } from "node:fs";
import path from "node:path";

import { type Page, expect } from "@playwright/test";

type Texts = { [name: string]: string | Texts };

/** The choice of the language, at the foot of a page or in the person menu, and what the pages must not say in French. */
export class Language {
  constructor(private readonly page: Page) {}

  /** Chooses by the button, and waits for the page in the other language. */
  async choose(name: "English" | "Français"): Promise<void> {
    // Of somebody who is signed in it stands in their menu.
    const menu = this.page.getByRole("button", { name: /your account|votre compte/ }).filter({ visible: true });
    if ((await menu.count()) > 0) await menu.first().click();
    const form = this.page.getByRole("form", { name: /^(Language|Langue)$/ });
    await form.getByRole("button", { name }).click();
    const code = name === "English" ? "en" : "fr";
    await expect(this.page.locator("html")).toHaveAttribute("lang", code);
  }

  /** No English text of the locale file stands on the page or in its labels, unless French has the same. */
  async isFrench(): Promise<void> {
    await expect(this.page.locator("html")).toHaveAttribute("lang", "fr");
    expect(await this.english(), this.page.url()).toEqual([]);
  }

  /** What the page says in English. */
  async english(): Promise<string[]> {
    return (await this.page.evaluate(texts)).filter(isEnglish);
  }

  /** Nothing is wider than the page. */
  async fits(): Promise<void> {
    const overflow = await this.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow, this.page.url()).toBeLessThanOrEqual(0);
  }
}

/** Every text of the page that somebody sees or hears: text nodes, whole lines, labels, hints, the title. */
function texts(): string[] {
  const found = new Set<string>([document.title.replace(/ · Aidoo$/, "")]);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (parent?.checkVisibility() || parent?.closest("option")) found.add(walker.currentNode.textContent ?? "");
  }
  for (const line of document.body.innerText.split("\n")) found.add(line);
  for (const name of ["aria-label", "placeholder", "title", "alt", "data-l"]) {
    for (const node of document.querySelectorAll(`[${name}]`)) found.add(node.getAttribute(name) ?? "");
  }
  return [...found].map((text) => text.replace(/\s+/g, " ").trim()).filter((text) => text !== "");
}

function read(language: string): Map<string, string> {
  const file = path.join(__dirname, `../../app/locales/${language}.json`);
  const found = new Map<string, string>();
  const walk = (texts: Texts, at: string) => {
    for (const [name, text] of Object.entries(texts)) {
      if (typeof text === "string") found.set(`${at}.${name}`, text);
      else walk(text, `${at}.${name}`);
    }
  };
  walk(JSON.parse(readFileSync(file, "utf8")) as Texts, "");
  return found;
}

/** An element without a content, or a place for a value: anything may stand there. */
const PLACE = /<\w+\/>|\{\{ ?\w+ ?\}\}/g;
const french = read("fr");
/** What is the same in French is no English, and a French word may be another text's English. */
const same = new Set(french.values());
const english = [...read("en")]
  // A number says nothing of a language.
  .filter(([, text]) => !same.has(text) && /\p{L}/u.test(text))
  .map(([name, text]) => ({ name, text: text.replace(/<\/?\w+>/g, "") }));
const whole = new Set(english.filter(({ text }) => !text.match(PLACE)).map(({ text }) => text));
/** Sentences with places in them, of which enough is left to be known by. */
const patterns = english
  .filter(({ text }) => text.match(PLACE) && text.replace(PLACE, "").trim().length > 12)
  .map(({ text }) => new RegExp(`^${text.split(PLACE).map(escaped).join(".+")}$`));

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function isEnglish(text: string): boolean {
  return whole.has(text) || patterns.some((pattern) => pattern.test(text));
}
