/** Where the desk has what its programs use. */
interface DeskPlaces {
  readonly folder: string
  /** All certificates that the desk trusts, PEM. */
  readonly bundle: string
  readonly httpPort: number
  readonly tlsPort: number
  readonly dnsPort: number
}

/**
 * Programs that stand in front of the system's own at a desk, by name, as lines of `sh`: they run the real ones at ports that need no
 * privilege, and keep their files in the desk's folder. The lines of a page stay as they are.
 */
export function clientPrograms(places: DeskPlaces): Readonly<Record<string, string>> {
  const { folder, bundle, httpPort, tlsPort, dnsPort } = places
  const etc = `${folder}/etc`
  return {
    sudo: 'exec env "$@"',
    'update-ca-certificates': `cat ${folder}/ca-certificates/*.crt > ${bundle}`,
    certbot: `exec ${real('certbot')} --config-dir ${etc}/letsencrypt --work-dir ${folder}/var/certbot \\
  --logs-dir ${folder}/var/log --http-01-address 127.0.0.1 --http-01-port ${httpPort} "$@"`,
    lego: `exec ${real('lego')} --http.port 127.0.0.1:${httpPort} --tls.port 127.0.0.1:${tlsPort} \\
  --dns.disable-cp "$@"`,
    // It knows no way to other roots than those of the system: it sees ours in their place.
    uacme: `exec unshare --mount sh -c 'mount --bind ${bundle} /etc/ssl/certs/ca-certificates.crt && exec "$@"' sh \\
  ${real('uacme')} --confdir ${etc}/ssl/uacme "$@"`,
    // Its client finds the server that a block before started: perhaps not yet.
    ualpn: `case "$*" in
'') for try in $(seq 300); do [ -S ${folder}/ualpn.sock ] && break; sleep 0.1; done ;;
*--connect*) set -- --bind 127.0.0.1@${tlsPort} "$@" ;;
esac
exec ${real('ualpn')} --sock ${folder}/ualpn.sock --pidfile ${folder}/ualpn.pid "$@"`,
    nsupdate: `sed 's/^server .*/server 127.0.0.1 ${dnsPort}/' | ${real('nsupdate')}`,
    curl: `exec ${real('curl')} ${['www', 'shop', 'printer.lan']
      .map((host) => `--connect-to ${host}.example.com:443:127.0.0.1:${tlsPort}`)
      .join(' ')} "$@"`,
    npm: `ln -sfn ${folder}/modules ${folder}/node_modules`,
    node: `exec ${process.execPath} "$@"`,
    caddy: `caddy=${real('caddy')}
$caddy adapt 2> ${folder}/adapt.log | jq '${caddyHere(places)}' > ${folder}/caddy.json
XDG_DATA_HOME=${folder}/var/lib/caddy/.local/share exec $caddy run --config ${folder}/caddy.json`,
    a2enmod: 'true',
    a2ensite: `cat > ${folder}/httpd.conf <<END
${apacheHere(places)}
END
sed 's/:443>/:${tlsPort}>/' ${etc}/apache2/sites-available/www.example.com.conf >> ${folder}/httpd.conf`,
    apachectl: `case $1 in
graceful) kill -USR1 "$(cat ${folder}/httpd.pid)" ;;
*) ${real('apache2')} -f ${folder}/httpd.conf ;;
esac`,
  }
}

/** The program behind the one of the desk that has its name. */
function real(name: string): string {
  return `"$(PATH=\${PATH#*:} command -v ${name})"`
}

/** Other ports, no listener for administration, and renewal at once in place of after two thirds of the lifetime. */
function caddyHere({ httpPort, tlsPort }: DeskPlaces): string {
  return [
    '.admin.disabled = true',
    `.apps.http.http_port = ${httpPort}`,
    `.apps.http.https_port = ${tlsPort}`,
    `.apps.http.servers.srv0.listen = ["127.0.0.1:${tlsPort}"]`,
    '.apps.tls.automation.renew_interval = "3s"',
    '.apps.tls.automation.policies[].renewal_window_ratio = 0.99999999',
  ].join(' | ')
}

/**
 * What Debian's apache2.conf brings, at other ports and in the desk's folder; and renewal at once, for which newer versions must not be told
 * by the server (RFC 9773) when it would like to see them.
 */
function apacheHere({ folder, bundle, httpPort, tlsPort }: DeskPlaces): string {
  const etc = `${folder}/etc`
  const modules = ['mpm_event', 'authz_core', 'dir', 'socache_shmcb', 'ssl', 'md']
  return `ServerRoot ${folder}
ServerName localhost
PidFile ${folder}/httpd.pid
ErrorLog ${folder}/var/log/apache2/error.log
User www-data
Group www-data
Listen 127.0.0.1:${httpPort}
Listen 127.0.0.1:${tlsPort}
${modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
LogLevel warn md:debug
DirectoryIndex index.html
MDStoreDir ${etc}/apache2/md
MDCACertificateFile ${bundle}
MDPortMap http:${httpPort} https:${tlsPort}
MDRenewWindow 1000d
<IfDirective MDRenewViaARI>
MDRenewViaARI off
</IfDirective>`
}
