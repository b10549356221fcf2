import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ServiceContext } from '@holdfast/service-kit'
import { withPageHeaders } from './page-headers.ts'
import { refuseAsPage } from './plain-page.ts'

/** The folder of the built documentation. */
export const builtDocs = fileURLToPath(new URL('../../../../docs/.vitepress/dist', import.meta.url))

const open = { config: { open: true } } as const
const yearMs = 365 * 24 * 3_600_000
/** Paths of the site: no name begins with a dot. */
const sitePath = /^(?:[\w@-][\w@.-]*(?:\/|$))*$/
const notBuilt = { code: 'UNAVAILABLE', message: 'The documentation is not built. Run npm run docs.' } as const

/**
 * Serves the built documentation at `/docs/`, under the policy of the page: scripts and styles of this origin only.
 * `servePage` registers the plugin that sends files. The site may be built while the desk runs.
 */
export function serveDocs({ http }: Pick<ServiceContext, 'http'>, folder: string): void {
  http.get('/docs', open, (_, reply) => reply.redirect('/docs/', 308))

  http.get<{ Params: { '*': string } }>('/docs/*', open, (request, reply) => {
    const path = request.params['*']
    if (!sitePath.test(path)) return reply.callNotFound()
    if (!existsSync(join(folder, 'index.html'))) return refuseAsPage(request, reply, notBuilt, { title: 'No documentation yet' })
    const file = path === '' || path.endsWith('/') ? `${path}index.html` : path
    // Names of assets contain a hash of their content.
    const caching = path.startsWith('assets/') ? { maxAge: yearMs, immutable: true } : { cacheControl: false }
    if (!caching.immutable) reply.header('cache-control', 'no-cache')
    return withPageHeaders(reply).header('vary', 'accept-encoding').sendFile(file, folder, caching)
  })
}
