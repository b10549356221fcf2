/** Why the data keys of a request are destroyed: the retention period has ended, or an authority ordered it. */
export const destructionCauses = ['RETENTION_OVER', 'ERASURE_ORDERED'] as const
export type DestructionCause = (typeof destructionCauses)[number]
