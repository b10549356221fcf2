/** The actors of a run. */
export const workloads = {
  /** Members send, banks answer: every request takes the direct path. */
  requests: 'members and banks',
  /** Also officers and authorities of both countries, deadlines of seconds, silent banks, and an intruder. */
  casework: 'members, banks, desks with their users, deadlines, and an intruder',
  /** As in `casework`, while the engine is upgraded service by service, with some downgrades. */
  upgrade: 'all of casework, during an upgrade to the next version',
} as const
export type Workload = keyof typeof workloads
