// The twelve messages of a lifecycle: commands → ledger → commands → ledger → orders → answers (two) → commands →
// ledger.

export const pipeTopics = ['commands', 'ledger', 'orders', 'answers'] as const
export type PipeTopic = (typeof pipeTopics)[number]

/** With its key and JSON's overhead a message has about 850 bytes. */
const padding = 'x'.repeat(800)

export const paddedStep = (step: number): string => JSON.stringify({ step, padding })
export const stepIn = (value: Buffer | null): number => (JSON.parse(String(value)) as { readonly step: number }).step

/** Confirmed frozen, and recovered, which ends it. */
export const lastStep = 4

/** A stage's messages for a message. */
export function followedBy(stage: string, topic: string, step: number): readonly (readonly [PipeTopic, number])[] {
  if (stage === 'ledger') return [['ledger', step]]
  if (stage === 'validation') return step === 1 ? [['commands', 2]] : []
  if (stage === 'bank') return [3, lastStep].map(answer => ['answers', answer] as const)
  if (topic === 'answers') return [['commands', step]]
  return step === 2 ? [['orders', 2]] : []
}
