import '@fontsource-variable/noto-sans/wght.css'
import '@fontsource-variable/noto-sans-arabic/wght.css'
import './look/tokens.css'
import './look/base.css'
import './look/layout.css'
import './look/table.css'
import './look/parts.css'
import './look/shell.css'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { RefusedError } from './api/client.ts'
import { fetchAhead, router } from './app/router.tsx'
import { loadTranslate, type Translate, TranslateContext } from './locales/index.ts'
import { paymentStops } from './payment-stops/payment-stops.tsx'
import { usePreferences } from './session/preferences.ts'
import { PageWorkflowContext } from './workflow/page-workflow.ts'

/** A refused request is not repeated; a lost one is. */
const client = new QueryClient({
  defaultOptions: { queries: { retry: (count, error) => count < 3 && !(error instanceof RefusedError && error.status < 500) } },
})

function Page() {
  const { language, theme, density } = usePreferences()
  const [t, setTranslate] = useState<Translate>()
  useEffect(() => {
    let isWanted = true
    // A function as a state would be called, so that the state is set by a function.
    void loadTranslate(language).then(loaded => isWanted && setTranslate(() => loaded))
    return () => {
      isWanted = false
    }
  }, [language])
  useEffect(() => {
    const { documentElement: page } = document
    page.dataset.theme = theme
    page.dataset.density = density
    if (!t) return
    page.lang = t.tag
    page.dir = t.direction
  }, [t, theme, density])
  if (!t) return null
  return (
    <TranslateContext value={t}>
      <QueryClientProvider client={client}>
        <PageWorkflowContext value={paymentStops}>
          <RouterProvider router={router} />
        </PageWorkflowContext>
      </QueryClientProvider>
    </TranslateContext>
  )
}

const place = document.getElementById('root')
if (place)
  createRoot(place).render(
    <StrictMode>
      <Page />
    </StrictMode>,
  )
addEventListener('load', fetchAhead, { once: true })
