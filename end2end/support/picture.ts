import { existsSync } from "node:fs";
import path from "node:path";

import { type Page, expect, test } from "@playwright/test";

/** Where Debian has the fonts that the references were drawn with. */
const FONTS = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";

/** Where `make screenshots` puts the references. */
const REFERENCES = path.join(__dirname, "../references");

/** Whether there are references, and pages look here as on them when nothing has changed. */
export function canCompare(): boolean {
  return process.platform === "linux" && existsSync(FONTS) && existsSync(REFERENCES);
}

/** Leaves the test out where there is nothing to compare with, with a line that says so. */
export function needsTheReferencesFonts(): void {
  if (canCompare()) return;
  const lacks = existsSync(FONTS) ? "no references were drawn" : `${FONTS} is missing`;
  const why = process.platform === "linux" ? lacks : "this system draws pages in its own way";
  console.log(`no pictures are compared: ${why}`);
  test.skip(true, why);
}

/**
 * The page, whole or down to `depth`, is as it was when its reference was made. All pages of a test are compared,
 * whatever differs.
 */
export async function looksAsBefore(page: Page, name: string, depth = 4000): Promise<void> {
  await page.mouse.move(0, 0);
  await page.evaluate(fix);
  const whole = await page.evaluate(() => document.documentElement.scrollHeight);
  const width = page.viewportSize()?.width ?? 0;
  const clip = { x: 0, y: 0, width, height: Math.min(whole, depth) };
  // How long calls took is another machine's business.
  const mask = [page.locator(".panel").filter({ hasText: /^(How long calls took|Durée des appels)/ })];
  await expect.soft(page).toHaveScreenshot(`${name}.png`, { fullPage: true, clip, mask, maskColor: "#808080" });
}

/** Writes what is different each time, times, keys, addresses and links, as if it were the same. Runs in the page. */
function fix(): void {
  const french = document.documentElement.lang === "fr";
  for (const time of document.querySelectorAll("time")) time.textContent = french ? "il y a 3 jours" : "3 days ago";
  const same = (text: string) =>
    text
      .replace(/aid_live_[0-9A-Za-z]{40}/g, `aid_live_${"Xk29TqLm".repeat(5)}`)
      .replace(/aid_live_[0-9A-Za-z]{8}/g, "aid_live_Xk29TqLm")
      .replace(/(\/(invitation|reset)\/)[\w-]{20,}/g, "$1a-link-that-works-once")
      .replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:3000")
      .replace(/\b\d+ ms\b/g, "12 ms")
      .replace(/\b(\d+ (second|minute|hour|day)s? ago|just now)\b/g, "3 days ago")
      .replace(/\b\d+ days\b/g, "30 days")
      .replace(/\b\d{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b/g, "24 Nov")
      .replace(/\b\d{1,2} (janv|févr|mars|avr|mai|juin|juil|août|sept|oct|nov|déc)\b/g, "24 nov")
      .replace(/\b20\d\d-\d\d-\d\d\b/g, "2026-11-24");
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode as Text;
    if (text.data !== same(text.data)) text.data = same(text.data);
  }
  for (const field of document.querySelectorAll("input")) {
    if (field.value !== same(field.value)) field.value = same(field.value);
  }
}
