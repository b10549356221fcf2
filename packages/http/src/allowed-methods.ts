import type { FastifyInstance } from 'fastify'

/** Returns the methods that a path supports, for the Allow header (RFC 9110). */
export function createAllowedMethods(http: FastifyInstance): (path: string) => string[] {
  const routes: { readonly pattern: RegExp; readonly methods: readonly string[] }[] = []
  http.addHook('onRoute', ({ url, method }) => {
    const pattern = new RegExp(`^${url.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:[A-Za-z]+/g, '[^/]+')}$`)
    routes.push({ pattern, methods: [method].flat() })
  })
  return path => [...new Set(routes.flatMap(({ pattern, methods }) => (pattern.test(path) ? methods : [])))].sort()
}
