import type { Page } from "@playwright/test";

/** Where the page's own links lead, within the dashboard. */
export function links(page: Page): Promise<string[]> {
  return page
    .locator("a[href^='/']:not([download]):not([rel='external'])")
    .evaluateAll((nodes) => nodes.map((node) => node.getAttribute("href") ?? "/"));
}

/** The same page and dialog, whatever it is about; parameters named in `keep` make a page of its own with each value. */
export function pattern(path: string, keep: string[] = []): string {
  const [at, query = ""] = path.replace(/\b(\w{3})_[0-9a-f]{32}/g, "$1").split("?");
  const parts = query.split("&").filter((part) => part !== "");
  const names = parts.map((part) => (keep.includes(part.split("=")[0]) ? part : part.split("=")[0]));
  return names.length === 0 ? at : `${at}?${names.join("&")}`;
}

/** Visits these pages and all that their links lead to, each kind once, and gives the kinds; `keep` as in `pattern`. */
export async function crawl(
  page: Page,
  pages: string[],
  visit: (path: string) => Promise<void>,
  keep: string[] = [],
): Promise<Set<string>> {
  const waiting = [...pages];
  const seen = new Set(pages.map((path) => pattern(path, keep)));
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    await visit(path);
    for (const link of await links(page)) {
      // A dialog over a filtered list is the same dialog.
      if (seen.has(pattern(link, keep)) || link.includes("&")) continue;
      seen.add(pattern(link, keep));
      waiting.push(link);
    }
  }
  return seen;
}
