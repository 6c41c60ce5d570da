import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import { type Page, expect, test } from "@playwright/test";

import { DAY } from "./days";

/** Where Debian has the fonts that the references were drawn with. */
const FONTS = ["dejavu/DejaVuSans.ttf", "noto/NotoColorEmoji.ttf"].map((name) => `/usr/share/fonts/truetype/${name}`);

/** Where `make screenshots` puts the references. */
const REFERENCES = path.join(__dirname, "../references");

/** Why pages do not look here as on the references when nothing has changed, or there are none. */
function hindrance(): string | undefined {
  if (process.platform !== "linux") return "this system draws pages in its own way";
  const missing = FONTS.find((font) => !existsSync(font));
  if (missing) return `${missing} is missing`;
  return existsSync(REFERENCES) ? undefined : "no references were drawn";
}

/** Whether pictures can be compared. Where AIDOO_MUST_COMPARE says that they have to be, a test that cannot fails. */
export function canCompare(): boolean {
  const why = hindrance();
  if (why && process.env.AIDOO_MUST_COMPARE) throw new Error(`pictures have to be compared here, and cannot be: ${why}`);
  return why === undefined;
}

/** Leaves the test out where there is nothing to compare with, with a line that says so. */
export function needsTheReferencesFonts(): void {
  if (canCompare()) return;
  const why = hindrance();
  console.log(`no pictures are compared: ${why}`);
  test.skip(true, why);
}

/**
 * The page, whole or down to `depth`, is as it was when its reference was made; of one with a dialog over it, and where a
 * window is asked for, what is in sight. All pages of a test are compared, whatever differs.
 */
export async function looksAsBefore(page: Page, name: string, depth: number | "window" = 4000): Promise<void> {
  await page.mouse.move(0, 0);
  await page.evaluate(fix, days());
  // The veil of a dialog covers the window alone: further down a whole page would stand unveiled, as nobody sees it.
  const isCovered = (await page.locator("dialog[open]").count()) > 0;
  const shown = isCovered || depth === "window" ? {} : await whole(page, depth);
  // How long calls took is another machine's business: `live.spec.ts` reads it.
  const speeds = page.locator(".bars").filter({ hasText: /^(How long calls took|Durée des appels)/ });
  const mask = [speeds.locator("td.drawn, td.number")];
  await expect.soft(page).toHaveScreenshot(`${name}.png`, { ...shown, mask, maskColor: "#808080" });
}

async function whole(page: Page, depth: number) {
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  const width = page.viewportSize()?.width ?? 0;
  return { fullPage: true, clip: { x: 0, y: 0, width, height: Math.min(height, depth) } };
}

/** The day that pictures are of. */
const PICTURED = Date.UTC(2026, 10, 24);

interface Words {
  months: Record<string, string>;
  months_short: Record<string, string>;
  times: { first: string };
}

/**
 * How the pages write the days around today, and how they would on the day that pictures are of. A long name of a month
 * becomes a short one, as in some months there is no difference.
 */
function days(): Record<string, string> {
  const found: Record<string, string> = {};
  for (const language of ["en", "fr"]) {
    const file = path.join(__dirname, `../../app/locales/${language}.json`);
    const { months, months_short, times } = JSON.parse(readFileSync(file, "utf8")) as Words;
    const write = (at: number) => {
      const date = new Date(at);
      const [day, month, year] = [date.getUTCDate(), `month_${date.getUTCMonth() + 1}`, date.getUTCFullYear()];
      const [short, long] = [months_short, months].map((names) => `${day === 1 ? times.first : day} ${names[month]}`);
      return { short, dated: `${short} ${year}`, long: `${long} ${year}` };
    };
    // Charts look back a month, and keys that end are shown for three.
    for (let away = -40; away <= 100; away += 1) {
      const [here, there] = [write(Date.now() + away * DAY), write(PICTURED + away * DAY)];
      found[here.short] = there.short;
      found[here.dated] = found[here.long] = there.dated;
    }
  }
  return found;
}

/**
 * Writes what is different each time as if it were the same: keys, addresses and links, how long calls took, and times,
 * each on its side of now. What only looks like a time, as a choice of 7 days, stays. Runs in the page.
 */
function fix(days: Record<string, string>): void {
  const french = document.documentElement.lang === "fr";
  const [ago, span] = french ? ["il y a 3 jours", "3 jours"] : ["3 days ago", "3 days"];
  const near = (text: string) =>
    text
      .replace(/just now|à l’instant/, ago)
      .replace(/\d+ (minute|hour|day|month|year|heure|jour|mois|an)s?/, span);
  // Sentences that have no <time>: when a key was last used, how long its successor lives, how long a link works.
  const told =
    /(?<=last used |It is valid for |works for another |utilisation\s: |utilisée |Elle est valable |fonctionne encore )(just now|à l’instant|(il y a )?\d+ \p{L}+( ago)?)/gu;
  const same = (text: string) =>
    text
      .replace(/aid_live_[0-9A-Za-z]{40}/g, `aid_live_${"Xk29TqLm".repeat(5)}`)
      .replace(/aid_live_[0-9A-Za-z]{8}/g, "aid_live_Xk29TqLm")
      .replace(/(\/(invitation|pick-up|reset)\/)[\w-]{20,}/g, "$1a-link-that-works-once")
      .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:3000");
  const sameTimes = (text: string) =>
    text
      .replace(/\b\d+\sms\b|(?<=^\s*)\d+[.,]\d\ss$/g, "12 ms")
      .replace(told, near)
      .replace(/(\d{1,2}|1er) \p{L}+\.?( \d{4})?/gu, (day) => days[day] ?? day)
      .replace(/\b\d\d:\d\d UTC\b/g, "09:12 UTC");
  const here = window as typeof window & { fixed?: WeakMap<Text, string>; watched?: MutationObserver };
  // A page is drawn at several widths: a day that was moved once stays where it is.
  const fixed = (here.fixed ??= new WeakMap());
  const write = () => {
    for (const time of document.querySelectorAll("time")) {
      const now = near(time.textContent ?? "");
      if (time.textContent !== now) time.textContent = now;
    }
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode as Text;
      if (fixed.get(text) === text.data) continue;
      const now = sameTimes(same(text.data));
      if (text.data !== now) text.data = now;
      fixed.set(text, now);
    }
    for (const field of document.querySelectorAll("input")) {
      if (field.value !== same(field.value)) field.value = same(field.value);
    }
  };
  write();
  // What news brings while the picture is taken is written over before it is drawn.
  here.watched ??= new MutationObserver(write);
  here.watched.observe(document.body, { subtree: true, childList: true, characterData: true });
}

/** The widths that pages are pictured at, in pixels: a desk, a tablet, a phone. */
const WIDTHS = [1440, 768, 360];

/** Of pages that are pictured, what would else be another machine's or another hour's; wants no access to a clipboard. */
export const calm = {
  reducedMotion: "reduce",
  timezoneId: "UTC",
  locale: "en",
  colorScheme: "light",
  permissions: [] as string[],
} as const;

/** Pictures of what the page shows, at these widths, by day and by night. */
export async function pictures(
  page: Page,
  name: string,
  widths = WIDTHS,
  themes: readonly ("light" | "dark")[] = ["light", "dark"],
  depth?: number | "window",
): Promise<void> {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of themes) {
      await page.emulateMedia({ colorScheme });
      await looksAsBefore(page, `${name}-${width}-${colorScheme}`, depth);
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
}

/** Two pictures, where more would show nothing new: on a desk by day, and on a phone by night. */
export async function twoPictures(page: Page, name: string, depth?: number | "window"): Promise<void> {
  await pictures(page, name, [1440], ["light"], depth);
  await pictures(page, name, [360], ["dark"], depth);
}
