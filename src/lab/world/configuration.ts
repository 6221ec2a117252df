/** Texts of the configuration files, as an operator following the integration guide would leave them. */

/** libvirt secret of client.cinder, as the guide names it, and that of client.nova. */
export const CINDER_SECRET = '457eb676-33da-42ec-9a8c-9293d545c337';
export const NOVA_SECRET = 'c7c3d5a0-6f2e-4a64-9d53-0b7d4e6a1f02';

export const MONITOR = 'ceph-mon-1';
export const CONTROLLER = 'controller';
const FIXED: Readonly<Record<string, string>> = { [MONITOR]: '10.77.0.11', [CONTROLLER]: '10.77.0.12' };

/** Of a node by its name; `compute-1` has 10.77.0.21, and so on. Throws RangeError for other names. */
export function addressOf(name: string): string {
  const number = Number(/^compute-(\d+)$/.exec(name)?.[1] ?? Number.NaN) + 20;
  const address = FIXED[name] ?? (number > 20 ? `10.77.${number >> 8}.${number & 255}` : undefined);
  if (address === undefined) throw new RangeError(`The practice cluster has no node ${name}.`);
  return address;
}

export const computeNames = (count: number): string[] => Array.from({ length: count }, (_, i) => `compute-${i + 1}`);

/** /etc/hosts of every node. */
export const hosts = (computes: readonly string[]): string => `127.0.0.1 localhost
::1 localhost ip6-localhost
10.77.0.11 ceph-mon-1 ceph-mgr-1
10.77.0.12 controller glance-node cinder-node glance-api
${computes.map((name) => `${addressOf(name)} ${name}\n`).join('')}`;

export const cephConf = (fsid: string): string => `[global]
fsid = ${fsid}
mon_initial_members = ceph-mon-1
mon_host = 10.77.0.11
public_network = 10.77.0.0/24
auth_cluster_required = cephx
auth_service_required = cephx
auth_client_required = cephx
osd_pool_default_size = 3
osd_pool_default_min_size = 2
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0

[mon]
auth_allow_insecure_global_id_reclaim = false
mon_allow_pool_delete = true
mon_data_avail_warn = 5
mon_osd_down_out_interval = 30
mon_osd_min_down_reporters = 1

[mgr]
mgr_initial_modules =

[osd]
osd_memory_target = 939524096
bluestore_cache_autotune = false
bluestore_cache_size = 67108864
osd_max_backfills = 4
osd_op_num_shards = 2
osd_op_num_threads_per_shard = 1
osd_objectstore = bluestore
`;

const authToken = (user: string, password: string): string => `[keystone_authtoken]
www_authenticate_uri = http://controller:5000/
auth_url = http://controller:5000/
memcached_servers = controller:11211
auth_type = password
project_domain_name = Default
user_domain_name = Default
project_name = service
username = ${user}
password = ${password}
service_token_roles = service
service_token_roles_required = true
`;

const client = (user: string, password: string, region = 'region_name'): string => `auth_url = http://controller:5000/
auth_type = password
project_domain_name = Default
user_domain_name = Default
${region} = RegionOne
project_name = service
username = ${user}
password = ${password}
`;

/** Packages have services log to their files alone. */
export const quietJournal = (text: string): string => text.replace('use_stderr = true\n', '');

/** `[DEFAULT]` and the end of glance-api.conf differ between an installed and an integrated Glance. */
const glance = (password: string, first: string, stores: string): string => `[DEFAULT]
use_stderr = true
workers = 1
${first}
[database]
connection = mysql+pymysql://glance:${password}@controller/glance

${authToken('glance', password)}
[paste_deploy]
flavor = keystone

${stores}`;

export const glanceConf = (password: string): string =>
  glance(
    password,
    `# Enable multiple storage backends (Ceph is recommended as default)
enabled_backends = rbd:rbd
show_image_direct_url = True
show_multiple_locations = True
allowed_direct_url_schemes = rbd
`,
    `[glance_store]
default_backend = rbd

[rbd]
rbd_store_description = Ceph RBD backend
rbd_store_pool = images
rbd_store_user = glance
rbd_store_ceph_conf = /etc/ceph/ceph.conf
rbd_store_chunk_size = 8
`,
  );

/** As the package leaves it: images are files of the controller. */
export const glancePackageConf = (password: string): string =>
  quietJournal(
    glance(
      password,
      '',
      `[glance_store]
stores = file,http
default_store = file
filesystem_store_datadir = /var/lib/glance/images/
`,
    ),
  );

const cinder = (password: string, backends: string, backup: string, end: string): string => `[DEFAULT]
use_stderr = true
transport_url = rabbit://openstack:${password}@controller:5672/
auth_strategy = keystone
my_ip = 10.77.0.12
state_path = /var/lib/cinder
osapi_volume_workers = 1
backup_workers = 1
${backends}glance_api_servers = http://controller:9292
${backup}
[database]
connection = mysql+pymysql://cinder:${password}@controller/cinder

${authToken('cinder', password)}
[oslo_messaging_rabbit]
heartbeat_timeout_threshold = 0

[service_user]
send_service_user_token = true
${client('cinder', password)}
[oslo_concurrency]
lock_path = /var/lock/cinder
${end}`;

export const cinderConf = (password: string): string =>
  cinder(
    password,
    `enabled_backends = ceph
default_volume_type = ceph
allowed_direct_url_schemes = cinder,rbd
glance_api_version = 2
`,
    `backup_driver = cinder.backup.drivers.ceph.CephBackupDriver
backup_ceph_conf = /etc/ceph/ceph.conf
backup_ceph_user = cinder-backup
backup_ceph_chunk_size = 134217728
backup_ceph_pool = backups
backup_ceph_stripe_unit = 0
backup_ceph_stripe_count = 0
`,
    `
[ceph]
volume_backend_name = ceph
volume_driver = cinder.volume.drivers.rbd.RBDDriver
rbd_cluster_name = ceph
rbd_ceph_conf = /etc/ceph/ceph.conf
rbd_flatten_volume_from_snapshot = False
rbd_max_clone_depth = 5
rbd_store_chunk_size = 4
rbd_pool = volumes
rbd_user = cinder
rbd_secret_uuid = ${CINDER_SECRET}
rbd_exclusive_cinder_pool = True
rados_connect_timeout = 5
`,
  );

/** As the package leaves it: no backend at all. */
export const cinderPackageConf = (password: string): string => quietJournal(cinder(password, '', '', ''));

const databases = (password: string): string => `[api_database]
connection = mysql+pymysql://nova:${password}@controller/nova_api
[database]
connection = mysql+pymysql://nova:${password}@controller/nova
`;

/** nova.conf; a compute node has no database and its own [libvirt] section. */
export const novaConf = (
  password: string,
  address: string,
  compute: boolean,
  libvirt = LIBVIRT_SECTION,
): string => `[DEFAULT]
use_stderr = true
transport_url = rabbit://openstack:${password}@controller:5672/
my_ip = ${address}
resume_guests_state_on_host_boot = true
state_path = /var/lib/nova
osapi_compute_workers = 1
metadata_workers = 1
[api]
auth_strategy = keystone
${compute ? '' : databases(password)}${authToken('nova', password)}[oslo_messaging_rabbit]
heartbeat_timeout_threshold = 0
[service_user]
send_service_user_token = true
${client('nova', password)}[placement]
${client('placement', password)}[neutron]
${client('neutron', password)}[cinder]
${client('nova', password, 'os_region_name')}[glance]
api_servers = http://controller:9292
[vnc]
enabled = false
[conductor]
workers = 1
[scheduler]
workers = 1
discover_hosts_in_cells_interval = 30
[oslo_concurrency]
lock_path = /var/lock/nova
${compute ? libvirt : ''}`;

const LIBVIRT_SECTION = `[libvirt]
images_type = rbd
images_rbd_pool = vms
images_rbd_ceph_conf = /etc/ceph/ceph.conf
rbd_user = nova
rbd_secret_uuid = ${NOVA_SECRET}
disk_cachemodes = network=writeback
inject_password = false
inject_key = false
inject_partition = -2
cpu_mode = none
live_migration_scheme = tcp
live_migration_completion_timeout = 120
`;

/** As the package leaves it: disks of instances are files of the compute node. */
export const LIBVIRT_PACKAGE_SECTION = `[libvirt]
cpu_mode = none
live_migration_scheme = tcp
live_migration_completion_timeout = 120
`;

export const NOVA_COMPUTE_CONF = `[DEFAULT]
compute_driver = libvirt.LibvirtDriver
[libvirt]
virt_type = qemu
`;

export const adminOpenrc = (password: string): string =>
  `export OS_AUTH_URL=http://controller:5000/v3 OS_IDENTITY_API_VERSION=3 OS_PROJECT_NAME=admin OS_USERNAME=admin OS_PASSWORD=${password}
export OS_USER_DOMAIN_NAME=Default OS_PROJECT_DOMAIN_NAME=Default OS_REGION_NAME=RegionOne
`;

export const OS_RELEASE = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
SUPPORT_URL="https://www.debian.org/support"
BUG_REPORT_URL="https://bugs.debian.org/"
`;

export const CPUINFO = `processor	: 0
vendor_id	: AuthenticAMD
model name	: AMD EPYC
flags		: vme ht pclmulqdq ssse3 fma sse4.1 sse4.2 movbe popcnt aes xsave avx f16c rdrand bmi1 avx2 bmi2 adx clflushopt
`;

/** The clients the guide creates, with its capabilities. */
export const CLIENTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'client.glance': { mon: 'profile rbd', osd: 'profile rbd pool=images', mgr: 'profile rbd pool=images' },
  'client.cinder': {
    mon: 'profile rbd',
    osd: 'profile rbd pool=volumes, profile rbd pool=vms, profile rbd-read-only pool=images',
    mgr: 'profile rbd pool=volumes, profile rbd pool=vms',
  },
  'client.cinder-backup': { mon: 'profile rbd', osd: 'profile rbd pool=backups', mgr: 'profile rbd pool=backups' },
  'client.nova': {
    mon: 'profile rbd',
    osd: 'profile rbd pool=vms, profile rbd pool=volumes, profile rbd-read-only pool=images',
    mgr: 'profile rbd pool=vms',
  },
};
