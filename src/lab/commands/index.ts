import { BACKGROUND } from '../shell/plugin.ts';
import type { Program } from '../shell/program.ts';
import { ABSENT, absent, editor } from './absent.ts';
import { background, novaManage, sysctl, watch } from './administration.ts';
import { ceph } from './ceph/index.ts';
import { cephAuthtool, cephConf } from './ceph-tools.ts';
import { qemuImg } from './disk-images.ts';
import { curl, wget } from './download.ts';
import { mkdir, mv, rm, touch } from './entries.ts';
import { cp, dd, install, mktemp } from './files/copies.ts';
import { ls } from './files/list.ts';
import { chmod, chown } from './files/permissions.ts';
import { namei, stat } from './files/stat.ts';
import { date, df, dpkgQuery, fallocate, hostname, uname, uuidgen } from './host.ts';
import { getent, id, runuser, sudo, whoami } from './identity.ts';
import { iptables } from './iptables.ts';
import { grep, libraryPrograms } from './library.ts';
import { flock, systemdRun } from './locks.ts';
import { mysql } from './mysql.ts';
import { ip, nc, ping, ss, tc } from './network.ts';
import { openstack } from './openstack/index.ts';
import { aptGet, dpkg } from './packages.ts';
import { ps } from './processes.ts';
import { rados } from './rados.ts';
import { rbd } from './rbd/index.ts';
import { scp, ssh } from './remote.ts';
import { locale, nothing, shell, sleep, timeout, umask } from './shells.ts';
import { journalctl, systemctl } from './systemd.ts';
import { virsh } from './virsh.ts';

/** Every program of the practice nodes that is ours, by name. */
export const COMMANDS: Readonly<Record<string, Program>> = {
  ...libraryPrograms,
  ...Object.fromEntries(ABSENT.map((name) => [name, absent])),
  ...Object.fromEntries(['vi', 'vim', 'nano', 'emacs', 'ed'].map((name) => [name, editor])),
  [BACKGROUND]: background,
  bash: shell,
  ceph,
  'apt-get': aptGet,
  'ceph-authtool': cephAuthtool,
  'ceph-conf': cephConf,
  chgrp: chown,
  chmod,
  chown,
  cp,
  curl,
  dash: shell,
  date,
  dd,
  df,
  dpkg,
  'dpkg-query': dpkgQuery,
  fallocate,
  flock,
  getent,
  grep,
  hostname,
  id,
  install,
  ip,
  iptables,
  journalctl,
  mysql,
  kill: nothing,
  locale,
  ls,
  mkdir,
  mktemp,
  mv,
  namei,
  nc,
  'nova-manage': novaManage,
  openstack,
  ping,
  'qemu-img': qemuImg,
  ps,
  rados,
  rbd,
  rm,
  runuser,
  scp,
  sh: shell,
  sleep,
  ss,
  ssh,
  stat,
  su: runuser,
  sudo,
  sync: nothing,
  sysctl,
  systemctl,
  'systemd-run': systemdRun,
  tc,
  timeout,
  touch,
  trap: nothing,
  ulimit: nothing,
  umask,
  uname,
  uuidgen,
  virsh,
  watch,
  wget,
  whoami,
};
