import { type Response, expect } from "@playwright/test";

/** What every page is sent with. */
const ALWAYS: Record<string, string> = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

/** As it stands in a policy. */
const NONCE = /^'nonce-[\w+/=-]{16,}'$/;

/** The answer guards the page: its policy lets no script run but the server's own, and no cache keeps it. */
export function guarded(answer: Response | null): void {
  const headers = answer?.headers() ?? {};
  const where = answer?.url();
  for (const [name, value] of Object.entries(ALWAYS)) expect(headers[name], `${name} of ${where}`).toBe(value);
  expect(headers["permissions-policy"], where).toContain("camera=()");
  const policy = policyOf(answer);
  expect(policy.get("default-src"), where).toEqual(["'self'"]);
  expect(policy.get("script-src"), where).toEqual([
    expect.stringMatching(NONCE),
    "'strict-dynamic'",
    "'wasm-unsafe-eval'",
  ]);
  expect(policy.get("style-src"), where).toEqual(["'self'"]);
  for (const name of ["object-src", "base-uri", "frame-ancestors"]) expect(policy.get(name), where).toEqual(["'none'"]);
  expect(policy.get("form-action"), where).toEqual(["'self'"]);
}

/** What the page's own scripts are let run by. */
export function nonceOf(answer: Response | null): string {
  const [nonce] = policyOf(answer).get("script-src") ?? [];
  expect(nonce, answer?.url()).toMatch(NONCE);
  return nonce;
}

/** The policy of a page: each directive with its sources. */
function policyOf(answer: Response | null): Map<string, string[]> {
  const parts = (answer?.headers()["content-security-policy"] ?? "").split("; ");
  return new Map(
    parts.map((part) => {
      const [name, ...sources] = part.replace(/;$/, "").split(" ");
      return [name, sources];
    }),
  );
}
