/** Who is at work on a day. */
export const workloads = {
  /** Members send, banks answer: every request goes its straight way. */
  requests: 'members and banks',
  /** Officers and authorities of both countries as well, deadlines of seconds, banks that are silent or hold on, and somebody who means harm. */
  casework: 'members, banks, desks with their people, deadlines, and somebody who means harm',
  /** As on `casework`, while the engine is replaced by its next version, service by service, now and then back. */
  upgrade: 'all of casework, while the next version takes the place of this one',
} as const
export type Workload = keyof typeof workloads
