/** What the share dialog says, in simplified Chinese. */
import type { Role } from "#protocol/roles.ts";
import type { Words } from "./english.ts";

const CAN: Record<Role, string> = {
  view: "可以阅读",
  comment: "可以评论",
  edit: "可以编辑",
  owner: "拥有者",
};

const CREATES: Record<Exclude<Role, "owner">, string> = {
  view: "只能阅读",
  comment: "可以阅读和评论",
  edit: "可以编辑",
};

export const chineseShare: Words["share"] = {
  title: "分享",
  anyone: "任何有链接的人",
  role: "权限",
  roles: CAN,
  create: "创建链接",
  making: "正在创建链接…",
  hint: (role) => `为${CREATES[role]}的人创建链接。`,
  addressEnded: "地址栏中的链接已失效。",
  addressEndedHint: "地址栏中的链接已失效。请创建新的链接。",
  ownerOnly: "只有此文档的拥有者可以创建其他链接。",
  moreOptions: "更多选项",
  label: "标签",
  addLabel: "添加标签",
  password: "密码",
  expires: "到期时间",
  browsers: "可使用的浏览器数",
  anyNumber: "不限",
  link: "链接",
  copyLink: "复制链接",
  linkCopied: "链接已复制。",
  linkNotCopied: "浏览器不允许复制。请在此处自行复制。",
  qrCode: "二维码",
  qrCodeName: "链接的二维码",
  qrCodeFailed: "无法加载二维码。请重新加载页面。",
  links: "链接列表",
  noLinks: "还没有链接。只有此浏览器可以打开文档。",
  copy: "复制",
  copied: "已复制",
  notCopied: "未复制",
  revoke: "撤销",
  keep: "保留",
  revokeQuestion: (connections) => `有 ${connections} 人正通过它连接。要永久撤销吗？`,
  theLink: (role) => `${CAN[role]}的链接`,
  allows: (link) => `“${link}”的权限`,
  inAddressBar: "在地址栏中",
  neverUsed: "从未使用",
  used: (ago) => `${ago}使用过`,
  connected: (count) => `${count} 人在线`,
  hasPassword: "有密码",
  uses: (uses, most) => `已用 ${uses} / ${most} 个浏览器`,
  expiresAt: (when) => `${when}到期`,
  expiredAt: (when) => `${when}已到期`,
  caption: (role, hasPassword, browsers) => {
    const sentences = [`得到此链接的人${role === "owner" ? "拥有此文档" : CAN[role]}。`];
    if (hasPassword) sentences.push("打开前需要输入密码。");
    if (browsers) sentences.push(`只能在 ${browsers} 个浏览器中打开。`);
    return sentences.join("");
  },
};
