/** The hosts that a browser takes for its own machine, and so for safe without TLS. */
export const isLoopback = (hostname: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)
