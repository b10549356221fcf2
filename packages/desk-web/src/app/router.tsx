import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { Board } from '../board/board.tsx'
import { readInboxSearch } from '../inbox/search.ts'
import { readAnalysisSearch } from '../payment-stops/analysis/search.ts'
import { readBoardSearch } from '../saved-views/board-search.ts'
import { NotFound, Shell } from './shell.tsx'

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound })

/** Filter and order are in the address, so an address is a saved view. */
const board = createRoute({ getParentRoute: () => root, path: '/', component: Board, validateSearch: readBoardSearch })

const requestPage = () => import('../payment-stops/request/request-page.tsx')

const request = createRoute({
  getParentRoute: () => root,
  path: '/requests/$id',
  component: lazyRouteComponent(requestPage, 'RequestPage'),
  validateSearch: (search: Record<string, unknown>): { at?: number } => {
    const at = Number(search.at)
    return Number.isInteger(at) && at > 0 ? { at } : {}
  },
})

const inbox = createRoute({
  getParentRoute: () => root,
  path: '/inbox',
  component: lazyRouteComponent(() => import('../inbox/inbox-page.tsx'), 'InboxPage'),
  validateSearch: readInboxSearch,
})

const aCase = createRoute({
  getParentRoute: () => root,
  path: '/cases/$country/$reference',
  component: lazyRouteComponent(() => import('../payment-stops/case/case-page.tsx'), 'CasePage'),
})

const now = createRoute({
  getParentRoute: () => root,
  path: '/now',
  component: lazyRouteComponent(() => import('../payment-stops/analysis/analysis-page.tsx'), 'AnalysisPage'),
  validateSearch: readAnalysisSearch,
})

const operations = createRoute({
  getParentRoute: () => root,
  path: '/operations',
  component: lazyRouteComponent(() => import('../operations/operations-page.tsx'), 'OperationsPage'),
})

const caseReport = createRoute({
  getParentRoute: () => root,
  path: '/cases/$country/$reference/report',
  component: lazyRouteComponent(() => import('../payment-stops/case/report/report-page.tsx'), 'ReportPage'),
})

export const router = createRouter({
  routeTree: root.addChildren([board, request, inbox, aCase, caseReport, now, operations]),
  defaultPreload: 'intent',
  scrollRestoration: true,
})

const aheadMs = 2_000

/**
 * Fetches the most frequent page in advance, once the current one is complete and the browser is idle. If that fails,
 * it is fetched when it is opened.
 */
export function fetchAhead(): void {
  const fetchIt = () => void requestPage().catch(() => undefined)
  // Safari has no idle callbacks.
  setTimeout(() => ('requestIdleCallback' in globalThis ? requestIdleCallback(fetchIt) : fetchIt()), aheadMs)
}

declare module '@tanstack/react-router' {
  interface Register {
    readonly router: typeof router
  }
}
