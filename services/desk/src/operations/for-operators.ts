/** Of a route: operators alone are answered. */
export const forOperators = { config: { forOperators: true } } as const
