/** The hosts that a browser treats as its own machine, and so as safe without TLS. */
export const isLoopback = (hostname: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)
