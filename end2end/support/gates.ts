import { type Aidoo, start } from "./servers";
import { Session } from "./session";

/** The forms before the sign-in while somebody can fill them in. */
export interface Gates {
  server: Aidoo;
  /** Where each is. */
  paths: Record<"sign-up" | "invitation" | "reset", string>;
}

/** Starts a server of their own: on most, sign-up is by invitation only, and lists show what links are for. */
export async function openGates(): Promise<Gates> {
  const server = await start({ demo: true, signup: "open" });
  const owner = await Session.of(server, "OWNER");
  const { url: invitation } = await owner.invite("grete.sommer@nordwind.example");
  const reset = await owner.resetLink(server.env.AIDOO_MEMBER_EMAIL);
  const path = (link: string) => new URL(link).pathname;
  return { server, paths: { "sign-up": "/sign-up", invitation: path(invitation), reset: path(reset) } };
}
