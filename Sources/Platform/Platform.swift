// What all that reads and writes files needs of the system, and no more: whole Foundation would bring
// 40 MB of ICU's data into a program that is linked to be one file.

#if canImport(FoundationEssentials)
  @_exported public import FoundationEssentials
#else
  @_exported public import Foundation
#endif

#if canImport(Glibc)
  @_exported public import Glibc
#elseif canImport(Musl)
  @_exported public import Musl
#else
  @_exported public import Darwin
#endif
