import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/app.tsx'
import { startClient } from './lib/client.ts'
import { restoreTheme } from './lib/theme.ts'
import './ui/tokens.css'
import './ui/base.css'

restoreTheme()
startClient()
const root = document.getElementById('root')
if (!root) throw new Error('the page has no element "root"')
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
