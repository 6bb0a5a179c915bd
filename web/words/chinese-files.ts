/** What the page says about images, files and the life of a document, in simplified Chinese. */
import type { englishFiles } from "./english-files.ts";

export const chineseFiles: typeof englishFiles = {
  images: {
    choose: "插入图片…",
    uploading: (name) => `正在上传 ${name}`,
    cancel: (name) => `取消上传 ${name}`,
    offline: "当前处于离线状态。恢复连接后才能插入图片。",
    refused: (name, reason) => `未能插入 ${name}。${reason}`,
    reasons: {
      broken: "这不是可以显示的图片。",
      type: "只支持 PNG、JPEG、GIF、WebP、AVIF 和 SVG 图片。",
      large: "图片超出了此服务器允许的大小。",
      full: "此文档的图片已达到上限。",
      overload: "服务器暂时无法存储。",
      unreachable: "无法连接到服务器。",
      rate: "一次发送的内容过多。请稍后再试。",
      role: "此链接只能阅读。",
    },
    missing: "此文档中没有这张图片。",
    unavailable: "无法加载此图片。",
  },
  importing: {
    file: "导入文件…",
    ownerFile: "打开拥有者文件…",
    drop: "拖放文本、Word 文件或网页可创建新文档，拖放拥有者文件可打开其文档",
    kind: "只能导入 Markdown、纯文本、网页和 Word 文件（.docx）。",
    large: "此文件太大，无法导入。",
    broken: "无法读取此文件。它可能已损坏，或者其类型与文件名不符。",
    key: "此服务器创建文档需要密钥。请先通过“新建文档”创建一个文档，然后再导入文件。",
  },
  exporting: {
    button: "导出",
    formats: {
      md: "Markdown",
      txt: "纯文本",
      html: "HTML",
      pdf: "PDF",
      docx: "Word",
      json: "JSON",
    },
    incomplete: "此文件缺少最新的更改：服务器尚未收到。",
    failed: (why) => `无法导出文档。${why}`,
  },
  life: {
    heading: "文档",
    copy: "创建副本",
    copied: "这是副本。原文档保持不变。",
    copiedInPart: "这是副本。缺少最新的更改：服务器当时尚未收到。",
    delete: "删除…",
    question: (title) => `要删除“${title}”吗？`,
    consequence: "所有人的链接会立即失效。30 天内可以恢复。",
    keep: "保留",
    confirm: "删除",
    restore: "恢复",
    deleted: {
      title: "此文档已被删除",
      advice: "30 天内可以恢复。在此之前，任何链接都无法打开它。",
    },
  },
};
