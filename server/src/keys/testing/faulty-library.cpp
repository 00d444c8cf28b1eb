// A PKCS #11 library for tests: SoftHSM's, with faults on order. At each call of a function below, the file that
// SALLYPORT_FAULTS names is read: lines of `<function> <what> <number>`. `rv` returns that number, `once` returns it and
// takes the orders away, `delay` waits so many milliseconds, `crash` ends the process, `hide` takes a mechanism out of the
// list, `flags` adds flags to a token's. Every call is noted in the file of the same name with `.calls`.

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fstream>
#include <sstream>
#include <string>
#include <unistd.h>

#define CK_PTR *
#define CK_DECLARE_FUNCTION(returnType, name) returnType name
#define CK_DECLARE_FUNCTION_POINTER(returnType, name) returnType(*name)
#define CK_CALLBACK_FUNCTION(returnType, name) returnType(*name)
#ifndef NULL_PTR
#define NULL_PTR 0
#endif
#include <pkcs11/pkcs11.h>

static CK_FUNCTION_LIST real;
static CK_FUNCTION_LIST faulty;

struct Order {
  std::string what;
  unsigned long number = 0;
};

static std::string orders() {
  const char *path = getenv("SALLYPORT_FAULTS");
  return path == nullptr ? "" : path;
}

static Order orderFor(const char *function) {
  std::ofstream(orders() + ".calls", std::ios::app) << function << "\n";
  std::ifstream file(orders());
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::string name;
    Order order;
    words >> name >> order.what >> order.number;
    if (name == function) return order;
  }
  return Order();
}

/** Carry out the order for a function. True when it is to return `rv`. */
static bool isFaulty(const char *function, CK_RV &rv) {
  const Order order = orderFor(function);
  if (order.what == "delay") usleep(order.number * 1000);
  if (order.what == "crash") raise(SIGKILL);
  if (order.what != "rv" && order.what != "once") return false;
  if (order.what == "once") unlink(orders().c_str());
  rv = order.number;
  return true;
}

static CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR_PTR pin, CK_ULONG length) {
  CK_RV rv;
  return isFaulty("C_Login", rv) ? rv : real.C_Login(session, user, pin, length);
}

static CK_RV derive(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_OBJECT_HANDLE key,
                    CK_ATTRIBUTE_PTR attributes, CK_ULONG count, CK_OBJECT_HANDLE_PTR derived) {
  CK_RV rv;
  return isFaulty("C_DeriveKey", rv) ? rv : real.C_DeriveKey(session, mechanism, key, attributes, count, derived);
}

static CK_RV sign(CK_SESSION_HANDLE session, CK_BYTE_PTR data, CK_ULONG length, CK_BYTE_PTR out, CK_ULONG_PTR room) {
  CK_RV rv;
  return isFaulty("C_Sign", rv) ? rv : real.C_Sign(session, data, length, out, room);
}

static CK_RV generatePair(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism, CK_ATTRIBUTE_PTR publicAttributes,
                          CK_ULONG publicCount, CK_ATTRIBUTE_PTR privateAttributes, CK_ULONG privateCount,
                          CK_OBJECT_HANDLE_PTR publicKey, CK_OBJECT_HANDLE_PTR privateKey) {
  CK_RV rv;
  if (isFaulty("C_GenerateKeyPair", rv)) return rv;
  return real.C_GenerateKeyPair(session, mechanism, publicAttributes, publicCount, privateAttributes, privateCount,
                                publicKey, privateKey);
}

static CK_RV mechanisms(CK_SLOT_ID slot, CK_MECHANISM_TYPE_PTR list, CK_ULONG_PTR count) {
  const Order order = orderFor("C_GetMechanismList");
  const CK_RV rv = real.C_GetMechanismList(slot, list, count);
  if (rv != CKR_OK || list == NULL_PTR || order.what != "hide") return rv;
  for (CK_ULONG at = 0; at < *count; at++) {
    if (list[at] == order.number) list[at] = CKM_VENDOR_DEFINED;
  }
  return rv;
}

static CK_RV tokenInfo(CK_SLOT_ID slot, CK_TOKEN_INFO_PTR info) {
  const Order order = orderFor("C_GetTokenInfo");
  const CK_RV rv = real.C_GetTokenInfo(slot, info);
  if (rv == CKR_OK && order.what == "flags") info->flags |= order.number;
  return rv;
}

extern "C" CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list) {
  void *library = dlopen(getenv("SALLYPORT_REAL_LIBRARY"), RTLD_NOW);
  if (library == nullptr) return CKR_GENERAL_ERROR;
  auto get = reinterpret_cast<CK_C_GetFunctionList>(dlsym(library, "C_GetFunctionList"));
  CK_FUNCTION_LIST_PTR found;
  if (get == nullptr || get(&found) != CKR_OK) return CKR_GENERAL_ERROR;
  real = *found;
  faulty = real;
  faulty.C_Login = login;
  faulty.C_DeriveKey = derive;
  faulty.C_Sign = sign;
  faulty.C_GenerateKeyPair = generatePair;
  faulty.C_GetMechanismList = mechanisms;
  faulty.C_GetTokenInfo = tokenInfo;
  *list = &faulty;
  return CKR_OK;
}
