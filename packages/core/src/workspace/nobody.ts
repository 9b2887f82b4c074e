/** Author and committer of commits that only git needs: the same tree and parents make the same commit, whoever makes it. */
export const nobody = {
  GIT_AUTHOR_NAME: 'codex-orch',
  GIT_AUTHOR_EMAIL: '',
  GIT_AUTHOR_DATE: '@0 +0000',
  GIT_COMMITTER_NAME: 'codex-orch',
  GIT_COMMITTER_EMAIL: '',
  GIT_COMMITTER_DATE: '@0 +0000',
};
