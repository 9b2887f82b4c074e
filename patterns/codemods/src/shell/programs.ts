/**
 * Programs that are files of their own wherever they are installed. Not among them is what Windows starts through a
 * `.cmd` file (npm and all that it installs), and what a shell does by itself (`cd`, `echo`, `mkdir` of cmd.exe).
 */
export const programs: ReadonlySet<string> = new Set(
  (
    'awk bash cargo cat chmod chown clang cmake cp curl df diff docker du ffmpeg ffprobe gcc gh git go gpg grep head ' +
    'java javac kubectl ln ls lsof make mv node openssl perl pgrep php ps python python3 rm rsync ruby rustc scp sed ' +
    'ssh ssh-keygen sysctl tail tar touch uname unzip wc wget which whoami xdg-open zip'
  ).split(' '),
);
