import { encodePem } from '@chancery/x509'
import { plainText } from '../../platform/plain-text.ts'
import type { PublicRoute } from '../../platform/public-routes.ts'

/**
 * The root above the certificate of our own https listener, for whoever is to trust it. `root`: DER; nothing where the operator
 * brings a certificate, or a proxy ends TLS.
 */
export function platformCaRoute(root: () => Uint8Array | undefined): PublicRoute {
  return {
    audience: 'relying-parties',
    methods: ['GET'],
    path: '/platform-ca.pem',
    summary: 'The CA of the installation itself, in PEM',
    handle: () => {
      const der = root()
      if (der === undefined) return plainText(404, 'The certificate of this server comes from elsewhere.')
      return {
        status: 200,
        mediaType: 'application/x-pem-file',
        headers: { 'cache-control': 'no-cache' },
        body: Buffer.from(encodePem('CERTIFICATE', der)),
      }
    },
  }
}
