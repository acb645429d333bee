import '@mantine/core/styles.css'
import './frame/base.css'
import { MantineProvider } from '@mantine/core'
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { setNonce } from 'get-nonce'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiProblem } from './api/api-problem.ts'
import { cssVariables, theme } from './frame/theme.ts'
import { Toasts } from './frame/toasts.tsx'
import { createConsoleRouter } from './router.ts'

// Styles that libraries write at run time carry the nonce of the page, or its policy refuses them.
const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? ''
setNonce(nonce)

const queries = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, { queryKey: [, operation] }) => {
      // The session has ended: its pages lead to the page of sign-in. Who is signed in, the pages ask themselves.
      if (!(error instanceof ApiProblem) || error.problem.status !== 401 || !isOfConsole()) return
      if (operation === 'showAccount') return
      queries.removeQueries({ queryKey: ['above', 'showAccount'] })
      void router.invalidate()
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // A refusal stays one; what did not get through is tried again.
      retry: (failures, error) => failures < 2 && (!(error instanceof ApiProblem) || error.problem.status === 0),
    },
  },
})
const router = createConsoleRouter(queries)

function isOfConsole(): boolean {
  return router.state.location.pathname.startsWith('/console')
}

const place = document.getElementById('console')
if (place === null) throw new Error('The page has no place for the console.')
createRoot(place).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={queries}>
        <Toasts>
          <RouterProvider router={router} />
        </Toasts>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
)
