const { PATH = '', NODE_COMPILE_CACHE } = process.env

/** What a command has of the environment of the tests: where programs are, and what Node made of the same sources before. */
export const commandEnv: Readonly<Record<string, string>> = { PATH, ...(NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {}) }
