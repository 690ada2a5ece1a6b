"""实名制信息采集工具: an offline, encrypted data-collection tool for trade-union collectors."""

__version__ = "0.1.0"
