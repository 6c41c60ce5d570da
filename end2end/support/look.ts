import { type Page, expect } from "@playwright/test";

/** The smallest side of what is clicked or touched, in pixels: WCAG 2.2, 2.5.8. */
const TARGET = 24;

/** Nothing is wider than the page, leaves its box, or is cut off in it. */
export async function fits(page: Page): Promise<void> {
  const width = page.viewportSize()?.width;
  expect.soft(await page.evaluate(overflowing), `${page.url()} at ${width}`).toEqual([]);
}

/** Whatever can be clicked is large enough to hit. */
export async function hittable(page: Page): Promise<void> {
  const width = page.viewportSize()?.width;
  expect.soft(await page.evaluate(small, TARGET), `${page.url()} at ${width}`).toEqual([]);
}

/** Whatever takes the focus has a role and a name, as the browser tells them to a screen reader. */
export async function named(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  const nameless: string[] = [];
  for (const { ignored, properties, role, name, backendDOMNodeId } of nodes) {
    const takesFocus = properties?.some(({ name, value }) => name === "focusable" && value.value);
    const kind = String(role?.value);
    if (ignored || !takesFocus || ["RootWebArea", "dialog", "main", "heading"].includes(kind)) continue;
    if (name?.value && !["generic", "none"].includes(kind)) continue;
    const { node } = await session.send("DOM.describeNode", { backendNodeId: backendDOMNodeId });
    // Whatever scrolls takes the focus in Chromium by itself: that is no control of ours.
    if (kind === "generic" && !node.attributes?.includes("tabindex")) continue;
    nameless.push(`${kind} “${name?.value ?? ""}”: <${node.localName} ${node.attributes?.join(" ")}>`);
  }
  await session.detach();
  expect.soft(nameless, page.url()).toEqual([]);
}

/** Nothing moves for those who asked for that. */
export async function still(page: Page): Promise<void> {
  const moving = await page.evaluate(() => {
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) return ["the page is not asked for it"];
    const found = document.getAnimations().map((one) => `runs: ${(one as CSSAnimation).animationName ?? one.id}`);
    for (const node of document.querySelectorAll("*")) {
      for (const part of [undefined, "::before", "::after", "::backdrop"]) {
        const style = getComputedStyle(node, part);
        const moves = style.transitionDuration.split(", ").some((time) => parseFloat(time) > 0);
        if (moves || style.animationName !== "none") found.push(`${node.tagName} ${node.className} ${part ?? ""}`);
      }
    }
    return found;
  });
  expect.soft(moving, page.url()).toEqual([]);
}

/** Runs in the page. */
function overflowing(): string[] {
  const found: string[] = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) found.push(`the page is ${root.scrollWidth} wide in ${root.clientWidth}`);
  const tell = (node: Element, what: string) => {
    const text = (node.textContent ?? "").trim().slice(0, 60);
    found.push(`<${node.tagName.toLowerCase()} class="${node.getAttribute("class") ?? ""}"> ${what}: ${text}`);
  };
  for (const node of document.body.querySelectorAll<HTMLElement>("*")) {
    // What is drawn for the eye is checked: no drawings' inside, nothing that is there for screen readers alone.
    if (node.closest("svg, option, .visually-hidden, .skip, noscript, datalist") || !node.checkVisibility()) continue;
    // A code block, a field and a row of clients scroll by themselves; a name beside a picture ends in dots.
    if (node.matches("pre, textarea, input, select, .choice ul, html, body")) continue;
    const style = getComputedStyle(node);
    if (style.display === "inline" || style.display === "contents") continue;
    const wide = node.scrollWidth - node.clientWidth;
    const box = node.getBoundingClientRect();
    // An arrow that a style sheet draws between two boxes is no content: something within must stick out.
    const sticksBelow = () =>
      !node.firstElementChild ||
      [...node.querySelectorAll("*")].some((one) => one.getBoundingClientRect().bottom > box.bottom + 4);
    const sticksOut = () =>
      [...node.querySelectorAll("*")].some((one) => one.getBoundingClientRect().right > box.right + 1) ||
      textRight(node) > box.right + 1;
    const dots = style.textOverflow === "ellipsis";
    if (wide > 1 && !dots && node.clientWidth > 0 && sticksOut()) tell(node, `holds ${wide} px too much`);
    const high = node.scrollHeight - node.clientHeight;
    const scrolls = ["auto", "scroll"].includes(style.overflowY);
    if (high > 4 && !scrolls && node.clientHeight > 0 && sticksBelow()) tell(node, `is ${high} px too low`);
  }
  // Text to the left of its box, as right-to-left text would be, is no overflow to the browser.
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const parent = node.parentElement;
    if (!node.textContent?.trim() || !parent?.checkVisibility()) continue;
    if (parent.closest("svg, option, select, .visually-hidden, .skip, noscript, pre, textarea, script, .choice ul")) continue;
    range.selectNodeContents(node);
    for (const { left, right, width } of range.getClientRects()) {
      if (width > 0 && (left < -1 || right > innerWidth + 1) && !parent.closest(".names")) {
        tell(parent, `stands at ${Math.round(left)} to ${Math.round(right)}`);
        break;
      }
    }
  }
  return found;

  function textRight(node: Element): number {
    const range = document.createRange();
    range.selectNodeContents(node);
    return Math.max(...[...range.getClientRects()].map(({ right }) => right));
  }
}

/** Runs in the page. */
function small(least: number): string[] {
  const found: string[] = [];
  const targets = "a[href], button, input, select, textarea, summary, [role=button], [role=tab]";
  for (const node of document.querySelectorAll<HTMLElement>(targets)) {
    if (!node.checkVisibility({ visibilityProperty: true }) || node.matches("[type=hidden], .skip")) continue;
    if (node.closest(".visually-hidden")) continue;
    // A link within a sentence is as high as its line: the rule leaves it out.
    if (node.matches("a") && getComputedStyle(node).display === "inline" && isInSentence(node)) continue;
    // A label is clicked for what it labels.
    const labels = (node as HTMLInputElement).labels ?? [];
    const boxes = [node, ...labels].map((one) => one.getBoundingClientRect()).filter(({ width }) => width > 0);
    if (boxes.length === 0) continue;
    const fits = boxes.some(({ width, height }) => width >= least - 0.5 && height >= least - 0.5);
    const { width, height } = boxes[0];
    const name = (node.getAttribute("aria-label") ?? node.textContent ?? node.id).trim().slice(0, 40);
    if (!fits) found.push(`<${node.tagName.toLowerCase()}> ${name}: ${Math.round(width)} × ${Math.round(height)}`);
  }
  return found;

  function isInSentence(node: Element): boolean {
    const around = node.closest("p, li, dd, td, small, .note, .sub, span")?.textContent ?? "";
    return around.trim().length > (node.textContent ?? "").trim().length;
  }
}
