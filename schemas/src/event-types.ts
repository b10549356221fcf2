// Types of the commands and facts of every workflow.

export const commandTypePrefix = 'holdfast.command.v1.'
export const factTypePrefix = 'holdfast.fact.v1.'

/** Whether a type is a fact type, also of a newer version. */
export const isFactType = (type: unknown): type is string => typeof type === 'string' && type.startsWith('holdfast.fact.')

/** The `prevhash` of the first fact of every request. */
export const chainStart = '0'.repeat(64)
