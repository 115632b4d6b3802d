import '@mantine/core/styles.layer.css'
import './ui/global.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { z } from 'zod'
import { createQueryClient } from './api/index.ts'
import { createAppRouter } from './routes.tsx'
import { UiProvider } from './ui/index.ts'

// The page's policy allows no code made from text.
z.config({ jitless: true })

const root = document.getElementById('root')
if (!root) throw new Error('The page has no place for the app.')

createRoot(root).render(
  <StrictMode>
    <UiProvider>
      <QueryClientProvider client={createQueryClient()}>
        <RouterProvider router={createAppRouter()} />
      </QueryClientProvider>
    </UiProvider>
  </StrictMode>,
)
