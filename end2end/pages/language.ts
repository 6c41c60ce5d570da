import { readFileSync } from "node:fs";
import path from "node:path";

import { type Page, expect } from "@playwright/test";

type Texts = { [name: string]: string | Texts };

/** The choice of the language at the foot of every page, and what the pages must not say in French. */
export class Language {
  constructor(private readonly page: Page) {}

  /** Chooses by the button, and waits for the page in the other language. */
  async choose(name: "English" | "Français"): Promise<void> {
    const form = this.page.getByRole("form", { name: /^(Language|Langue)$/ });
    await form.getByRole("button", { name }).click();
    const code = name === "English" ? "en" : "fr";
    await expect(this.page.locator("html")).toHaveAttribute("lang", code);
  }

  /** No English text of the locale file stands on the page, unless French has the same. */
  async isFrench(): Promise<void> {
    await expect(this.page.locator("html")).toHaveAttribute("lang", "fr");
    const shown = await this.page.locator("body").innerText();
    const names = await this.page
      .locator("[aria-label]")
      .evaluateAll((nodes) => nodes.map((node) => node.getAttribute("aria-label") ?? ""));
    const lines = [...shown.split("\n"), ...names].map((line) => line.trim());
    expect(lines.filter((line) => english.has(line)), this.page.url()).toEqual([]);
  }

  /** Nothing is wider than the page. */
  async fits(): Promise<void> {
    const overflow = await this.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow, this.page.url()).toBeLessThanOrEqual(0);
  }
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

const french = new Set(read("fr").values());
/** English texts that are a line of their own, without places to fill in. */
const english = new Set([...read("en").values()].filter((text) => !french.has(text) && !/\{\{|</.test(text)));
