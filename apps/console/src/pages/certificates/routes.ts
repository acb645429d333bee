import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { consoleRoute } from '../../frame/routes.ts'
import { textIn, wordIn } from '../../frame/search-texts.ts'
import { type CertificateFilters, STATUSES } from './certificate-filters.ts'
import { CERTIFICATE_TABS, type CertificateTab } from './certificate-tabs.ts'

type CertificateListSearch = Omit<CertificateFilters, 'ca'> & { readonly after?: string | undefined }

const certificates = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'certificates',
  validateSearch: (search): CertificateListSearch => ({
    name: textIn(search, 'name'),
    status: wordIn(search, 'status', STATUSES),
    template: textIn(search, 'template'),
    ends: textIn(search, 'ends'),
    after: textIn(search, 'after'),
  }),
  component: lazyRouteComponent(() => import('./issued-certificates.tsx'), 'IssuedCertificates'),
})

const certificate = createRoute({
  getParentRoute: () => consoleRoute,
  path: 'certificates/$id',
  validateSearch: (search): { readonly tab?: CertificateTab | undefined } => ({
    tab: wordIn(search, 'tab', CERTIFICATE_TABS),
  }),
  component: lazyRouteComponent(() => import('./certificate-page.tsx'), 'CertificatePage'),
})

export const CERTIFICATE_ROUTES = [certificates, certificate] as const
