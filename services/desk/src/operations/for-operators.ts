/** Route options: only operators are admitted. */
export const forOperators = { config: { forOperators: true } } as const
